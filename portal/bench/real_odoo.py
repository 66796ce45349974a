"""How close deliveries to a real Odoo come to its raw calls; only where the environment names one."""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xmlrpc.client import ServerProxy

from portal.bench.figures import Figure
from portal.bench.named import named
from portal.bench.running import running

_ORDERS, _LINES = 40, 5
_BAR = 0.9


def measure() -> Iterator[Figure]:
    """Yield deliveries a second, what the same calls alone would allow, and how one relates to the other.

    The calls are timed where they are made, in the same run: nothing of Odoo's own ups and downs is between.
    """
    url = named("URL")
    if not url:
        print("  (no real Odoo is named: QUAYSIDE_CONTRACT_ODOO_URL and so on)", file=sys.stderr)
        return
    _Buyer(url).place_orders()
    with running(["postgres", "broker", "preparation"]) as stack:
        stack.manage("connect_bench", url, "--real")
        stack.manage("fill_outbox", "--orders", str(_ORDERS), "--newest")
        found = json.loads(stack.manage("deliver_outbox"))
    rate, raw = (found["delivered"] / found[name] for name in ("seconds", "seconds_in_calls"))
    yield Figure("deliveries to the real Odoo, one after the other", rate, "/s")
    yield Figure("the same calls alone", raw, "/s")
    yield Figure("deliveries : calls alone", rate / raw, "", _BAR, at_least=True)
    yield Figure("calls to the real Odoo per delivery", found["calls"], "")


class _Buyer:
    """Places orders over XML-RPC, which 19 still understands."""

    def __init__(self, url: str) -> None:
        self._object = ServerProxy(f"{url}/xmlrpc/2/object", allow_none=True)
        common = ServerProxy(f"{url}/xmlrpc/2/common")
        self._key = named("ADMIN_KEY")
        self._uid = common.authenticate(named("DB"), named("ADMIN_LOGIN"), self._key, {})

    def place_orders(self) -> None:
        """Create and confirm the orders that will be answered."""
        vendor = self._call("res.partner", "create", {"name": "Bench vendor", "is_company": True})
        product = self._call("product.product", "create", {"name": "Bench article"})
        due = (datetime.now(UTC) + timedelta(days=30)).strftime("%Y-%m-%d 12:00:00")
        line = {"product_id": product, "product_qty": 10.0, "price_unit": 4.5, "date_planned": due}
        for _ in range(_ORDERS):
            lines = [[0, 0, line] for _ in range(_LINES)]
            order = self._call("purchase.order", "create", {"partner_id": vendor, "order_line": lines})
            self._call("purchase.order", "button_confirm", [order])

    def _call(self, model: str, method: str, argument: Any) -> Any:
        return self._object.execute_kw(named("DB"), self._uid, self._key, model, method, [argument])
