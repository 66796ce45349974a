"""The sandbox Odoo as its own users see it, over XML-RPC."""

import time
from typing import Any
from xmlrpc.client import ServerProxy

from integrations.odoo.sandbox.users import ADMIN


class Odoo:
    """Reads orders and their lines."""

    def __init__(self, url: str) -> None:
        self._object = ServerProxy(f"{url}/xmlrpc/2/object")
        uid = ServerProxy(f"{url}/xmlrpc/2/common").authenticate("demo", ADMIN.login, ADMIN.password, {})
        self._who = ("demo", uid, ADMIN.password)

    def order(self, number: str) -> dict[str, Any]:
        """One order by its number."""
        fields = ["mail_reception_confirmed", "state", "order_line"]
        (row,) = self._call("purchase.order", "search_read", [[["name", "=", number]]], fields)
        return row

    def dates(self, number: str) -> list[str]:
        """The expected days of an order's lines."""
        lines = self.order(number)["order_line"]
        rows = self._call("purchase.order.line", "search_read", [[["id", "in", lines]]], ["date_planned"])
        return [row["date_planned"][:10] for row in rows]

    def change(self, number: str, product_code: str, values: dict[str, Any]) -> None:
        """Change the line of a product, as a buyer in Odoo would."""
        about = [["order_id.name", "=", number], ["product_id.default_code", "=", product_code]]
        (row,) = self._call("purchase.order.line", "search_read", [about], ["id"])
        self._object.execute_kw(*self._who, "purchase.order.line", "write", [[row["id"]], values])

    def chatter(self, number: str) -> str:
        """What the order's chatter says."""
        about = [["model", "=", "purchase.order"], ["res_id", "=", self.order(number)["id"]]]
        rows = self._call("mail.message", "search_read", [about], ["body"])
        return " ".join(row["body"] for row in rows)

    def _call(self, model: str, method: str, arguments: list[Any], fields: list[str]) -> Any:
        return self._object.execute_kw(*self._who, model, method, arguments, {"fields": fields})


def until(true: Any, *, seconds: float = 30) -> None:
    """Look again and again until something is true; fail when it does not become so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
