"""How much longer a first import takes than reading the same rows raw through odoo-client-lib."""

import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import odoolib

from integrations.odoo.reading import LINE_FIELDS, ORDER_FIELDS
from integrations.odoo.sandbox.users import SERVICE
from integrations.odoo.subjects import LINE, ORDER
from portal.bench.figures import Figure
from portal.bench.running import running

_ORDERS, _LINES, _PAGE = 10_000, 5, 500
_BAR = 1.3


def measure() -> Iterator[Figure]:
    """Yield both times and their ratio; raw is read before and after, and the quicker one counts."""
    seed = ("bench", "--orders", str(_ORDERS), "--lines", str(_LINES))
    with running(["postgres", "broker", "odoo", "preparation"], odoo_seed=seed) as stack:
        before = read_raw(stack.place.odoo_url, expected=_ORDERS * _LINES)
        imported = json.loads(stack.manage("connect_bench", stack.place.odoo_url))
        after = read_raw(stack.place.odoo_url, expected=_ORDERS * _LINES)
    raw, seconds = min(before, after), imported["seconds"]
    yield Figure(f"reading {_ORDERS:,} orders raw through odoo-client-lib", raw, "s")
    yield Figure(f"first import of {imported['orders']:,} orders × {_LINES} lines", seconds, "s")
    yield Figure("first import : raw read", seconds / raw, "×", _BAR)


def read_raw(url: str, *, expected: int) -> float:
    """Read every order and line once, page by page as the import does, and throw them away.

    Returns the seconds it took. Raises RuntimeError when it was not the expected number of lines.
    """
    address = urlsplit(url)
    connection = odoolib.get_connection(
        hostname=address.hostname, port=address.port, protocol="xmlrpc", database="demo",
        login=SERVICE.login, password=SERVICE.api_key,
    )  # fmt: skip
    orders, lines = connection.get_model(ORDER), connection.get_model(LINE)
    began = time.perf_counter()
    count, last = 0, 0
    while page := orders.search_read([["id", ">", last]], ORDER_FIELDS, limit=_PAGE, order="id"):
        found = lines.search_read(
            [["order_id", "in", [row["id"] for row in page]]], [*LINE_FIELDS, "product_uom"]
        )
        count, last = count + len(found), page[-1]["id"]
    if count != expected:
        raise RuntimeError(f"{count} lines were read instead of {expected}.")
    return time.perf_counter() - began
