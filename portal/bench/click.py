"""How long it takes from a supplier's click until the sandbox Odoo shows the result, click by click."""

import json
import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any
from xmlrpc.client import ServerProxy

from integrations.odoo.sandbox.users import ADMIN
from portal.bench.browser import Browser
from portal.bench.cast import PASSWORD, SELLER
from portal.bench.figures import Figure, p50, p99
from portal.bench.running import running

_CLICKS = 100
_BAR_MEDIAN, _BAR_P99 = 1, 3
_SERVICES = ["postgres", "broker", "odoo", "preparation", "web", "workers"]
_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(name|value)="([^"]*)"')


class Odoo:
    """The sandbox as its own users see it."""

    def __init__(self, url: str) -> None:
        self._object = ServerProxy(f"{url}/xmlrpc/2/object")
        self._uid = ServerProxy(f"{url}/xmlrpc/2/common").authenticate(
            "demo", ADMIN.login, ADMIN.password, {}
        )

    def shows_answer(self, order: int) -> bool:
        """Whether the order is acknowledged and its chatter says who agreed: the last thing written."""
        (row,) = self._call("purchase.order", "read", [[order], ["mail_reception_confirmed"]])
        about = [["model", "=", "purchase.order"], ["res_id", "=", order], ["body", "ilike", "Sven Seller"]]
        return row["mail_reception_confirmed"] and bool(self._call("mail.message", "search_count", [about]))

    def change_line(self, line: int, *, quantity: float) -> None:
        """Order another quantity of a line."""
        (row,) = self._call("purchase.order.line", "read", [[line], ["price_unit", "date_planned"]])
        values = {name: row[name] for name in ("price_unit", "date_planned")} | {"product_qty": quantity}
        self._call("purchase.order.line", "write", [[line], values])

    def _call(self, model: str, method: str, arguments: list[Any]) -> Any:
        return self._object.execute_kw("demo", self._uid, ADMIN.password, model, method, arguments)


def measure() -> Iterator[Figure]:
    """Yield the median and the 99th percentile over 100 clicks on "accept all"."""
    with running(_SERVICES, odoo_seed=("bench", "--orders", str(_CLICKS + 5), "--lines", "5")) as stack:
        made = json.loads(stack.manage("connect_bench", stack.place.odoo_url))
        browser, odoo = Browser(stack.place.web_port), Odoo(stack.place.odoo_url)
        browser.log_in(SELLER, PASSWORD)
        seconds = [until_shown(browser, odoo, pk, odoo_id) for pk, odoo_id in made["waiting"]][5:]
    yield Figure("click until Odoo shows it, median", p50(seconds), "s", _BAR_MEDIAN)
    yield Figure("click until Odoo shows it, 99th percentile", p99(seconds), "s", _BAR_P99)
    yield Figure("click until Odoo shows it, slowest", max(seconds), "s")


def until_shown(browser: Browser, odoo: Odoo, pk: int, odoo_id: int) -> float:
    """Accept an order; return the seconds until Odoo shows it. Raises RuntimeError after 30."""
    page = browser.get(f"/orders/{pk}/")
    path = f"/orders/{pk}/accept/"
    fields = _form(page, path)
    began = time.perf_counter()
    browser.post(path, fields, page=page)
    while not odoo.shows_answer(odoo_id):
        if time.perf_counter() - began > 30:
            raise RuntimeError(f"Odoo did not show the answer to order {odoo_id} within 30 s.")
        time.sleep(0.02)
    return time.perf_counter() - began


def _form(page: str, action: str) -> dict[str, str]:
    """Return the fields of the form with this action, as a browser would send them."""
    start = page.index(f'action="{action}"')
    found = [
        dict(_ATTRIBUTE.findall(tag)) for tag in _INPUT.findall(page[start : page.index("</form>", start)])
    ]
    return {field["name"]: unescape(field.get("value", "")) for field in found if "name" in field}
