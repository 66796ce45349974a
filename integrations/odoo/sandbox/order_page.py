"""The page of one order: its lines, receipts, notes and activities, and the buyer's buttons."""

from __future__ import annotations

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.order_sums import is_confirmed, lines_of
from integrations.odoo.sandbox.page_parts import (
    Html,
    acknowledged,
    badge,
    button,
    card,
    day,
    entry,
    esc,
    facts,
    join,
    moment,
    money,
    plain_text,
    quantity,
    receipt_badge,
    state_badge,
    table,
    typed,
)
from integrations.odoo.sandbox.receipts import OVER
from integrations.odoo.sandbox.store import Record


def show_order(env: Env, order: Record) -> list[Html]:
    """The cards of the page."""
    return [
        _head(env, order),
        _lines(env, order),
        *[_receipt(env, picking) for picking in env.linked("stock.picking", "purchase_id", order["id"])],
        _activities(env, order),
        _chatter(env, order),
    ]


def _head(env: Env, order: Record) -> Html:
    currency = env.display_name("res.currency", order["currency_id"])
    vendor = env.display_name("res.partner", order["partner_id"])
    pairs: list[tuple[str, object]] = [
        ("Vendor reference", order.get("partner_ref") or "–"),
        ("Acknowledged", acknowledged(env, order)),
        ("Ordered", day(order.get("date_order"))),
        ("Expected arrival", day(order.get("date_planned"))),
        ("Receipt", receipt_badge(env, order)),
        ("Buyer", env.display_name("res.users", order["user_id"]) if order.get("user_id") else "–"),
        ("Company", env.display_name("res.company", order["company_id"])),
        ("Untaxed", money(order.get("amount_untaxed") or 0.0, currency)),
        ("Total", money(order.get("amount_total") or 0.0, currency)),
        ("Source", order.get("origin") or "–"),
        ("Last written", f"{moment(order['write_date'])} UTC"),
    ]
    notes = plain_text(order.get(env.own_name("purchase.order", "note")))
    if notes:
        pairs.append(("Terms", notes))
    title = Html(f"<h1>{esc(order['name'])} {state_badge(env, order)}</h1><p>{esc(vendor)}</p>")
    buttons = Html(f'<div class="row below">{join(_buttons(order))}</div>')
    return card("", title, facts(pairs), buttons)


def _buttons(order: Record) -> list[Html]:
    base = f"/orders/{order['id']}"
    shown = []
    if order["state"] in ("draft", "sent", "to approve"):
        if order["state"] == "draft":
            shown.append(button(f"{base}/send", "Mark as sent"))
        shown.append(button(f"{base}/confirm", "Confirm order", main=True))
    if order["state"] == "done" or order.get("locked"):
        shown.append(button(f"{base}/unlock", "Unlock"))
    elif order["state"] == "purchase":
        shown.append(button(f"{base}/lock", "Lock"))
    if order["state"] == "cancel":
        shown.append(button(f"{base}/draft", "Set to draft"))
    else:
        shown.append(button(f"{base}/cancel", "Cancel order"))
    return shown


def _lines(env: Env, order: Record) -> Html:
    currency = env.display_name("res.currency", order["currency_id"])
    rows: list[list[object]] = []
    for number, line in enumerate(
        env.models["purchase.order.line"].ordered(env, lines_of(env, order["id"]), None), 1
    ):
        rows.append(_line(number, line, currency, env))
    heads = ["#", "Product", "Quantity", "Unit price", "Due", "Received", "Subtotal", ""]
    grid = table(heads, rows, numbers=(2, 3, 5, 6), texts=(1,))
    return card(f"Lines ({len(rows)})", grid, _add_line(env, order))


def _line(number: int, line: Record, currency: str, env: Env) -> list[object]:
    if line.get("display_type"):
        return [number, line["name"], "", "", "", "", "", ""]
    form = f"line{line['id']}"
    target = f"/orders/{line['order_id']}/lines/{line['id']}"
    unit_name = env.own_name("purchase.order.line", "product_uom_id")
    unit = env.display_name("uom.uom", line[unit_name]) if line.get(unit_name) else ""
    due = day(line.get("date_planned"))
    fields = [
        entry("product_qty", typed(line["product_qty"]), f"Quantity of line {number}", form=form),
        entry("price_unit", line["price_unit"], f"Price of line {number}", form=form),
        entry("date_planned", due, f"Due date of line {number}", form=form, kind="date"),
    ]
    save = Html(f'<form method="post" id="{form}" action="{target}"><button>Save</button></form>')
    return [
        number,
        Html(f'{esc(line["name"])}<br><span class="soft">{esc(unit)}</span>'),
        *fields,
        quantity(line.get("qty_received") or 0.0),
        money(line["price_subtotal"], currency),
        save,
    ]


def product_options(env: Env, vendor: int) -> Html:
    """Products on the vendor's price list, or all of them when it has none."""
    partner = env.record("res.partner", vendor)
    vendors = {vendor, partner.get("commercial_partner_id")}
    priced = {
        row["product_tmpl_id"]
        for row in env.store.table("product.supplierinfo").values()
        if row["partner_id"] in vendors
    }
    products = [p for p in env.store.table("product.product").values() if p["product_tmpl_id"] in priced]
    products = products or list(env.store.table("product.product").values())[:500]
    choices = sorted((env.display_name("product.product", p["id"]), p["id"]) for p in products)
    options = join(Html(f'<option value="{number}">{esc(name)}</option>') for name, number in choices)
    return Html(f'<option value="">Choose a product</option>{options}')


def _add_line(env: Env, order: Record) -> Html:
    if order["state"] == "cancel":
        return Html("")
    options = product_options(env, order["partner_id"])
    fields = [
        Html(f'<label>Product<select name="product_id" required>{options}</select></label>'),
        entry("product_qty", 1, "Quantity"),
        entry("price_unit", "", "Unit price", hint="price list"),
        entry("date_planned", day(order.get("date_planned")), "Due", kind="date"),
    ]
    action = f"/orders/{order['id']}/add"
    return Html(
        f'<form method="post" action="{action}" class="row below">{join(fields)}'
        "<button>Add line</button></form>"
    )


def _receipt(env: Env, picking: Record) -> Html:
    labels = env.schema.models["stock.picking"].fields["state"].selection
    form = f"receive{picking['id']}" if picking["state"] not in OVER else ""
    rows = [_move(env, move, form) for move in env.linked("stock.move", "picking_id", picking["id"])]
    about = facts(
        [
            ("State", badge(picking["state"], labels[picking["state"]])),
            ("Scheduled", moment(picking.get("scheduled_date"))),
            ("Deadline", moment(picking.get("date_deadline"))),
            ("Done", moment(picking.get("date_done"))),
            ("Source", picking.get("origin") or "–"),
        ]
    )
    receive = Html("")
    if form:
        action = f"/orders/{picking['purchase_id']}/receive/{picking['id']}"
        receive = Html(
            f'<form method="post" id="{form}" action="{action}" class="row below">'
            '<button class="main">Validate</button>'
            '<span class="soft">What is missing goes to a backorder.</span></form>'
        )
    heads = ["Product", "Demand", "Quantity", "Planned", "Deadline"]
    return card(f"Transfer {picking['name']}", about, table(heads, rows, numbers=(1, 2), texts=(0,)), receive)


def _move(env: Env, move: Record, form: str) -> list[object]:
    product = env.display_name("product.product", move["product_id"])
    entered: object = quantity(move["quantity"])
    if form and move["state"] not in OVER:
        entered = entry(
            f"move{move['id']}", typed(move["quantity"]), f"Quantity received of {product}", form=form
        )
    demand = quantity(move["product_uom_qty"])
    return [product, demand, entered, day(move.get("date")), day(move.get("date_deadline"))]


def _activities(env: Env, order: Record) -> Html:
    found = [
        a for a in env.linked("mail.activity", "res_id", order["id"]) if a["res_model"] == "purchase.order"
    ]
    if not found:
        return Html("")
    rows: list[list[object]] = [
        [
            env.display_name("mail.activity.type", activity["activity_type_id"]),
            join([activity.get("summary") or "", Html("<br>"), plain_text(activity.get("note"))]),
            env.display_name("res.users", activity["user_id"]) if activity.get("user_id") else "–",
            activity["date_deadline"],
        ]
        for activity in found
    ]
    return card("Activities", table(["Type", "What", "Who", "Due"], rows, texts=(1,)))


def _chatter(env: Env, order: Record) -> Html:
    messages = [
        m for m in env.linked("mail.message", "res_id", order["id"]) if m["model"] == "purchase.order"
    ]
    notes = []
    for message in reversed(messages):
        text = plain_text(message.get("body"))
        for value in env.linked("mail.tracking.value", "mail_message_id", message["id"]):
            text += f"\n{value['field_label']}: {value['old_value_char']} → {value['new_value_char']}"
        files = [env.display_name("ir.attachment", found) for found in message.get("attachment_ids") or []]
        text += "".join(f"\nAttachment: {name}" for name in files)
        author = env.display_name("res.partner", message["author_id"]) if message.get("author_id") else ""
        notes.append(
            Html(
                f'<div class="note"><strong>{esc(author)}</strong> <span class="soft">'
                f"{moment(message['date'])} UTC</span><p>{esc(text.strip())}</p></div>"
            )
        )
    state = "" if is_confirmed(order) else "Not confirmed yet."
    return card("Chatter", *notes or [Html(f'<p class="soft">{esc(state or "Nothing was said.")}</p>')])
