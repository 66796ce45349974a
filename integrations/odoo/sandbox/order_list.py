"""The list of purchase orders and the form for a new one."""

from __future__ import annotations

import math

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.order_page import product_options
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
    receipt_badge,
    state_badge,
    table,
)
from integrations.odoo.sandbox.price_lists import days_after
from integrations.odoo.sandbox.store import Record

PER_PAGE = 25
NEW_LINES = 4


def _matching(env: Env, words: str) -> list[Record]:
    wanted = words.lower().split()
    found = []
    for order in env.store.table("purchase.order").values():
        vendor = env.display_name("res.partner", order["partner_id"])
        text = f"{order['name']} {vendor} {order.get('partner_ref') or ''}".lower()
        if all(word in text for word in wanted):
            found.append(order)
    return sorted(found, key=lambda order: order["id"], reverse=True)


def order_list(env: Env, query: dict[str, str]) -> list[Html]:
    """The front page: newest first, `q` searches, `page` turns."""
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


def new_order(env: Env, query: dict[str, str]) -> list[Html]:
    """First the vendor, then its products."""
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
