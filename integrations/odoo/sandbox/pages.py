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
from integrations.odoo.sandbox.order_page import product_options, show_order
from integrations.odoo.sandbox.page_parts import (
    Html,
    acknowledged,
    card,
    day,
    entry,
    esc,
    join,
    link,
    money,
    page,
    receipt_badge,
    state_badge,
    table,
)
from integrations.odoo.sandbox.price_lists import days_after
from integrations.odoo.sandbox.purchase_orders import PurchaseOrder
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.users import BUYERS

PER_PAGE = 25
NEW_LINES = 4
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

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

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
            return self._page(200, "Purchase orders", self._see(lambda env: _order_list(env, query)), query)
        if path == "/new":
            return self._page(200, "New purchase order", self._see(lambda env: _new_order(env, query)), query)
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
        text = page(self.engine.version, title, *content, actor=BUYERS[0].name, query=query)
        return Answer(status, text.encode("utf-8"), HTML_TYPE, dict(_SAFETY))

    # Buttons ---------------------------------------------------------------------------------------------

    def _act(self, path: str, form: Form) -> Answer:
        """Do what the button says in one transaction, then send the reader to a page that can be reloaded."""
        parts = path.strip("/").split("/")
        back = f"/orders/{parts[1]}" if len(parts) > 2 else "/new"
        try:
            with self.engine.transaction(self._buyer()) as env:
                target, told = _do(env, parts, form)
        except RpcError as problem:
            return _redirect(f"{back}?problem={quote(problem.message)}")
        except (ValueError, KeyError, IndexError):
            return _redirect(
                f"{back}?problem={quote('That cannot be read: please look at the values again.')}"
            )
        return _redirect(f"{target}?told={quote(told)}")

    def _buyer(self) -> int:
        for user in self.engine.store.table("res.users").values():
            if user["login"] == BUYERS[0].login:
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


# Lists ---------------------------------------------------------------------------------------------------


def _matching(env: Env, words: str) -> list[Record]:
    wanted = words.lower().split()
    found = []
    for order in env.store.table("purchase.order").values():
        vendor = env.display_name("res.partner", order["partner_id"])
        text = f"{order['name']} {vendor} {order.get('partner_ref') or ''}".lower()
        if all(word in text for word in wanted):
            found.append(order)
    return sorted(found, key=lambda order: order["id"], reverse=True)


def _order_list(env: Env, query: dict[str, str]) -> list[Html]:
    words = query.get("q", "")
    found = _matching(env, words)
    pages = max(1, math.ceil(len(found) / PER_PAGE))
    number = query.get("page", "1")
    current = min(max(int(number) if number.isdigit() else 1, 1), pages)
    rows: list[list[object]] = [
        [
            link(f"/orders/{order['id']}", order["name"]),
            env.display_name("res.partner", order["partner_id"]),
            state_badge(env, order),
            day(order.get("date_order")),
            day(order.get("date_planned")),
            receipt_badge(env, order),
            acknowledged(env, order),
            money(order.get("amount_total") or 0.0, env.display_name("res.currency", order["currency_id"])),
        ]
        for order in found[(current - 1) * PER_PAGE : current * PER_PAGE]
    ]
    heads = ["Order", "Vendor", "State", "Ordered", "Expected", "Receipt", "Acknowledged", "Total"]
    turning = [link("/", "← Newer", q=words, page=current - 1)] if current > 1 else []
    turning += [link("/", "Older →", q=words, page=current + 1)] if current < pages else []
    search = Html(
        '<form class="row" role="search"><input name="q" type="search" placeholder="Number or vendor" '
        f'aria-label="Number or vendor" value="{esc(words)}"><button>Search</button></form>'
    )
    top = Html(
        f'<div class="row spread"><h1>Purchase orders</h1>{search}'
        '<a class="button main" href="/new">New purchase order</a></div>'
    )
    foot = Html(
        f'<p class="row spread soft"><span>{len(found)} orders, page {current} of {pages}</span>'
        f'<span class="row">{join(turning)}</span></p>'
    )
    grid = table(heads, rows, numbers=(7,), texts=(1,)) if rows else Html("<p>No order matches.</p>")
    return [card("", top), card("", grid, foot)]


def _new_order(env: Env, query: dict[str, str]) -> list[Html]:
    vendors = [p for p in env.store.table("res.partner").values() if (p.get("supplier_rank") or 0) > 0]
    vendors.sort(key=lambda partner: partner["name"])
    chosen = int(query["vendor"]) if query.get("vendor", "").isdigit() else 0
    options = join(
        Html(f'<option value="{vendor["id"]}"{_chosen(vendor, chosen)}>{esc(vendor["name"])}</option>')
        for vendor in vendors
    )
    first = Html(
        '<form class="row" action="/new"><label>Vendor'
        f'<select name="vendor" required>{options}</select></label>'
        "<button>Show its products</button></form>"
    )
    cards = [card("New purchase order", first)]
    if any(partner["id"] == chosen for partner in vendors):
        cards.append(card("Lines", _new_lines(env, chosen)))
    return [Html('<p><a href="/">← All orders</a></p>'), *cards]


def _chosen(vendor: Record, number: int) -> str:
    return " selected" if vendor["id"] == number else ""


def _new_lines(env: Env, vendor: int) -> Html:
    options = product_options(env, vendor)
    rows = join(
        Html(
            '<div class="row below"><label>Product'
            f'<select name="product_id{number}">{options}</select></label>'
            f"{entry(f'product_qty{number}', 10, 'Quantity')}"
            f"{entry(f'price_unit{number}', '', 'Unit price', hint='price list')}</div>"
        )
        for number in range(NEW_LINES)
    )
    return Html(
        f'<form method="post" action="/new"><input type="hidden" name="vendor" value="{vendor}">{rows}'
        f'<div class="row below">{entry("date_planned", day(days_after(env.now, 14)), "Due", kind="date")}'
        '<button class="main">Make the order</button></div></form>'
    )
