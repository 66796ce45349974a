"""How long pages take in a portal with 200,000 orders and a million lines."""

import json
import time
from collections.abc import Iterator

import psycopg

from portal.bench.browser import Browser
from portal.bench.cast import BUYER, ORDERS, PASSWORD, SELLER
from portal.bench.figures import Figure, p50, p99
from portal.bench.load import pages_per_second
from portal.bench.running import Stack, running

_PAGE = 80
_SAMPLES, _WARM_UP = 200, 20
_SECONDS = 8
_FAR = 1000
_BAR_MS, _BAR_QUERIES, _BAR_RATE = 20, 12, 200

# The line after which page 1,000 begins, in the order in which the list shows them: the latest first.
_LAST_BEFORE = """
SELECT expected_on, id FROM purchasing_purchaseorderline WHERE {side} = %s
ORDER BY expected_on DESC, id DESC OFFSET %s LIMIT 1
"""
_SOME_ORDERS = """
SELECT id FROM purchasing_purchaseorder WHERE {side} = %s AND rounds > 0 ORDER BY id DESC LIMIT 50
"""


def measure(*, orders: int = ORDERS) -> Iterator[Figure]:
    """Yield the figures of list and order page, for a supplier and for a buyer."""
    with running(["postgres", "broker", "preparation", "web"]) as stack:
        began = time.monotonic()
        stack.manage("fill_volume", "--orders", str(orders))
        yield Figure(f"making {orders:,} orders, {orders * 5:,} lines", time.monotonic() - began, "s")
        for email, side in ((SELLER, "supplier_id"), (BUYER, "company_id")):
            yield from _measure_for(stack, email, side)


def _measure_for(stack: Stack, email: str, side: str) -> Iterator[Figure]:
    who = "seller" if side == "supplier_id" else "buyer"
    browser = Browser(stack.place.web_port)
    browser.log_in(email, PASSWORD)
    far, orders = _places(stack, side)
    pages = {
        "list, page 1": ["/orders/"],
        f"list, page {_FAR:,}": [f"/orders/?after={far}"],
        "order page": [f"/orders/{pk}/" for pk in orders],
    }
    for name, paths in pages.items():
        began = stack.processor_seconds()
        samples = _samples(browser, paths)
        used = (stack.processor_seconds() - began) / (_SAMPLES + _WARM_UP) * 1000
        yield Figure(f"{who}: {name}, median", p50(samples), "ms", _BAR_MS)
        yield Figure(f"{who}: {name}, 99th percentile", p99(samples), "ms")
        yield Figure(f"{who}: {name}, processor time, web and database", used, "ms")
    first_of_each = [paths[0] for paths in pages.values()]
    for name, count in zip(pages, _queries(stack, email, first_of_each), strict=True):
        yield Figure(f"{who}: {name}, queries", count, "", _BAR_QUERIES)
    for connections in (4, 8):
        rate = pages_per_second(
            stack.place.web_port, "/orders/", browser.cookies, readers=connections, seconds=_SECONDS
        )
        yield Figure(f"{who}: lists a second, {connections} at once", rate, "/s", _BAR_RATE, at_least=True)


def _places(stack: Stack, side: str) -> tuple[str, list[int]]:
    """Return the cursor of the far page and some orders, read past the tenant wall."""
    url = stack.environment["DATABASE_URL"]
    with psycopg.connect(url, options="-c quayside.system=on") as database:
        table = "people_supplier" if side == "supplier_id" else "people_buyercompany"
        tenant = database.execute(f"SELECT min(id) FROM {table}").fetchone()  # noqa: S608
        assert tenant is not None  # noqa: S101  # fill_volume made some
        offset = (_FAR - 1) * _PAGE - 1
        place = database.execute(_LAST_BEFORE.format(side=side), [tenant[0], offset]).fetchone()
        if place is None:
            raise RuntimeError(f"There are not enough lines for page {_FAR}.")
        orders = database.execute(_SOME_ORDERS.format(side=side), [tenant[0]]).fetchall()
    return f"{place[0].isoformat()}.{place[1]}", [pk for (pk,) in orders]


def _samples(browser: Browser, paths: list[str]) -> list[float]:
    for number in range(_WARM_UP):
        browser.get(paths[number % len(paths)])
    return [browser.timed(paths[number % len(paths)]) for number in range(_SAMPLES)]


def _queries(stack: Stack, email: str, paths: list[str]) -> list[int]:
    counted = json.loads(stack.manage("count_queries", email, *paths))
    return [counted[path] for path in paths]
