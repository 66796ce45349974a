"""The web page of the sandbox: what Odoo sees, and the buyer's buttons as plain forms."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

from integrations.odoo.sandbox import receipts
from integrations.odoo.sandbox.engine import Engine
from integrations.odoo.sandbox.environment import SUPERUSER, Env
from integrations.odoo.sandbox.errors import RpcError, UserError
from integrations.odoo.sandbox.json_doors import Answer
from integrations.odoo.sandbox.order_list import NEW_LINES, new_order, order_list
from integrations.odoo.sandbox.order_page import show_order
from integrations.odoo.sandbox.page_parts import (
    Html,
    card,
    day,
    page,
)
from integrations.odoo.sandbox.purchase_orders import PurchaseOrder
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.users import Credentials

HTML_TYPE = "text/html; charset=utf-8"
_SAFETY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Form = dict[str, str]


class Pages:
    """Server-rendered pages. One per server; called from many threads."""

    def __init__(self, engine: Engine, buyer: Credentials) -> None:
        self.engine = engine
        self.buyer = buyer

    def answer(
        self, verb: str, path: str, query: dict[str, str], headers: dict[str, str], body: bytes
    ) -> Answer:
        """The page for a path, or the redirect after a button."""
        if verb == "POST":
            if not _same_origin(headers):
                return self._page(
                    403, "Refused", [card("Refused", "Forms are taken from these pages only.")], {}
                )
            fields = parse_qs(body.decode("utf-8", "replace"))
            return self._act(path, {name: values[0].strip() for name, values in fields.items()})
        if path == "/":
            return self._page(200, "Purchase orders", self._see(lambda env: order_list(env, query)), query)
        if path == "/new":
            return self._page(200, "New purchase order", self._see(lambda env: new_order(env, query)), query)
        found = re.fullmatch(r"/orders/(\d+)", path)
        if found and int(found[1]) in self.engine.store.table("purchase.order"):
            number = int(found[1])
            cards = self._see(lambda env: show_order(env, env.record("purchase.order", number)))
            name = self.engine.store.table("purchase.order")[number]["name"]
            return self._page(200, name, [Html('<p><a href="/">← All orders</a></p>'), *cards], query)
        return self._page(404, "Not found", [card("Not found", "There is no such page here.")], {})

    def _see(self, show: Callable[[Env], list[Html]]) -> list[Html]:
        with self.engine.transaction(SUPERUSER) as env:
            return show(env)

    def _page(self, status: int, title: str, content: list[Html], query: dict[str, str]) -> Answer:
        text = page(self.engine.version, title, *content, actor=self.buyer.name, query=query)
        return Answer(status, text.encode("utf-8"), HTML_TYPE, dict(_SAFETY))

    # Buttons ---------------------------------------------------------------------------------------------

    def _act(self, path: str, form: Form) -> Answer:
        """Do what the button says in one transaction, then send the reader to a page that can be reloaded."""
        parts = path.strip("/").split("/")
        back = f"/orders/{parts[1]}" if len(parts) > 2 else "/new"
        try:
            with self.engine.transaction(self._buyer_id()) as env:
                target, told = _do(env, parts, form)
        except RpcError as problem:
            return _redirect(f"{back}?problem={quote(problem.message)}")
        except (ValueError, KeyError, IndexError):
            return _redirect(
                f"{back}?problem={quote('That cannot be read: please look at the values again.')}"
            )
        return _redirect(f"{target}?told={quote(told)}")

    def _buyer_id(self) -> int:
        for user in self.engine.store.table("res.users").values():
            if user["login"] == self.buyer.login:
                return int(user["id"])
        return SUPERUSER


def _same_origin(headers: dict[str, str]) -> bool:
    """Browsers say where a form came from; other pages may not press our buttons."""
    origin = headers.get("origin") or headers.get("referer")
    return not origin or urlsplit(origin).netloc == headers.get("host", "")


def _redirect(target: str) -> Answer:
    return Answer(303, b"", HTML_TYPE, {"Location": target})


def _do(env: Env, parts: list[str], form: Form) -> tuple[str, str]:
    """(where to go, what to say)."""
    if parts == ["new"]:
        return _place_order(env, form)
    if parts[0] != "orders" or len(parts) < 3:
        raise UserError("There is no such button.")
    number, verb = int(parts[1]), parts[2]
    order = env.record("purchase.order", number)
    back = f"/orders/{number}"
    if verb == "lines":
        return back, _change_line(env, order, int(parts[3]), form)
    if verb == "add":
        env.create("purchase.order.line", {"order_id": number, **_line_values(form)})
        return back, "The line was added."
    if verb == "receive":
        return back, _receive(env, order, int(parts[3]), form)
    return back, _press(env, order, verb)


def _press(env: Env, order: Record, verb: str) -> str:
    orders = env.models["purchase.order"]
    if not isinstance(orders, PurchaseOrder):
        raise TypeError("purchase.order has lost its rules")
    ids = [order["id"]]
    if verb == "confirm":
        if order["state"] == "to approve":
            orders.button_approve(env, ids)
        orders.button_confirm(env, ids)
    elif verb == "send":
        env.write("purchase.order", ids, {"state": "sent"})
    elif verb == "cancel":
        orders.button_cancel(env, ids)
    elif verb == "draft":
        orders.button_draft(env, ids)
    elif verb in ("lock", "unlock"):
        lock = orders.button_lock if env.version >= 19 else orders.button_done
        (lock if verb == "lock" else orders.button_unlock)(env, ids)
    else:
        raise UserError("There is no such button.")
    return "Done."


def _line_values(form: Form) -> dict[str, object]:
    """Numbers and the date of a line form. Raises ValueError for anything else."""
    values: dict[str, object] = {}
    if form.get("product_id"):
        values["product_id"] = int(form["product_id"])
    for name in ("product_qty", "price_unit"):
        if form.get(name):
            number = float(form[name])
            if not math.isfinite(number) or number < 0:
                raise ValueError(name)
            values[name] = number
    if form.get("date_planned"):
        values["date_planned"] = f"{form['date_planned']} 12:00:00"
    return values


def _change_line(env: Env, order: Record, line_id: int, form: Form) -> str:
    line = env.record("purchase.order.line", line_id)
    if line["order_id"] != order["id"]:
        raise UserError("The line belongs to another order.")
    values = _line_values(form)
    if day(line.get("date_planned")) == form.get("date_planned"):
        # The form shows days only; an untouched date keeps its hour.
        values["date_planned"] = line["date_planned"]
    env.write("purchase.order.line", [line_id], values)
    return "The line was changed."


def _receive(env: Env, order: Record, picking_id: int, form: Form) -> str:
    picking = env.record("stock.picking", picking_id)
    if picking.get("purchase_id") != order["id"]:
        raise UserError("The transfer belongs to another order.")
    if picking["state"] in receipts.OVER:
        raise UserError("This transfer is over already.")
    counted: dict[int, float] = {}
    for move in env.linked("stock.move", "picking_id", picking_id):
        text = form.get(f"move{move['id']}")
        if text:
            counted[move["id"]] = _quantity(text)
    if not any(counted.values()):
        raise UserError("You cannot validate a transfer if no quantities are entered.")
    follower = receipts.finish(env, picking, counted, backorder=True)
    return f"{picking['name']} is done." + (f" The rest waits in {follower['name']}." if follower else "")


def _quantity(text: str) -> float:
    number = float(text)
    if not math.isfinite(number) or number < 0:
        raise ValueError(text)
    return number


def _place_order(env: Env, form: Form) -> tuple[str, str]:
    vendor = int(form.get("vendor") or 0)
    lines = []
    for number in range(NEW_LINES):
        line = {name: form.get(f"{name}{number}", "") for name in ("product_id", "product_qty", "price_unit")}
        if line["product_id"]:
            lines.append((0, 0, _line_values({**line, "date_planned": form.get("date_planned", "")})))
    if not vendor or not lines:
        raise UserError("Choose a vendor and at least one product.")
    order = env.create("purchase.order", {"partner_id": vendor, "order_line": lines})
    return f"/orders/{order['id']}", f"{order['name']} was made. It is a request until you confirm it."
