"""The computed, stored fields of orders and lines. A record is stamped only when a value really changes."""

from __future__ import annotations

from decimal import Decimal

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.mail_models import track
from integrations.odoo.sandbox.model import Values
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import as_decimal, rounded

CONFIRMED = ("purchase", "done")


def is_confirmed(order: Record) -> bool:
    """Confirmed, locked or not."""
    return order["state"] in CONFIRMED


def lines_of(env: Env, order_id: int) -> list[Record]:
    """The lines of an order, oldest first."""
    return env.linked("purchase.order.line", "order_id", order_id)


def _raw_subtotal(line: Record) -> Decimal:
    net = as_decimal(line["price_unit"]) * (1 - as_decimal(line.get("discount") or 0) / 100)
    return as_decimal(line["product_qty"]) * net


def _rate(env: Env, line: Record) -> Decimal:
    taxes = line.get(env.own_name("purchase.order.line", "tax_ids")) or []
    return sum((as_decimal(env.record("account.tax", tax)["amount"]) for tax in taxes), Decimal(0)) / 100


def received_of(env: Env, line: Record) -> float:
    """What arrived for a line: finished receipts minus finished returns."""
    total = Decimal(0)
    for move in env.linked("stock.move", "purchase_line_id", line["id"]):
        if move["state"] == "done":
            sign = -1 if move.get("to_refund") else 1
            total += sign * as_decimal(move["quantity"])
    return float(total)


def compute_line(env: Env, line_id: int) -> None:
    """Subtotal, tax, quantities of one line."""
    line = env.record("purchase.order.line", line_id)
    order = env.record("purchase.order", line["order_id"])
    subtotal = rounded(_raw_subtotal(line))
    tax = rounded(_raw_subtotal(line) * _rate(env, line))
    values: Values = {
        "price_subtotal": subtotal,
        "price_tax": tax,
        "price_total": rounded(as_decimal(subtotal) + as_decimal(tax)),
        "product_uom_qty": line["product_qty"],
        "partner_id": order["partner_id"],
        "company_id": order["company_id"],
        "currency_id": order["currency_id"],
    }
    if line.get("qty_received_method") == "stock_moves":
        values["qty_received"] = received_of(env, line)
    values["qty_to_invoice"] = _to_invoice(env, order, {**line, **values})
    env.put("purchase.order.line", line_id, values)


def _to_invoice(env: Env, order: Record, line: Record) -> float:
    if not is_confirmed(order) or not line.get("product_id"):
        return 0.0
    product = env.record("product.product", line["product_id"])
    base = (
        line["product_qty"]
        if product.get("purchase_method") == "purchase"
        else line.get("qty_received") or 0.0
    )
    return float(as_decimal(base) - as_decimal(line.get("qty_invoiced") or 0.0))


def compute_amounts(env: Env, order_id: int) -> None:
    """Totals and billing status. Taxes are rounded per line up to 18, on the whole order on 19."""
    order = env.record("purchase.order", order_id)
    lines = [line for line in lines_of(env, order_id) if not line.get("display_type")]
    untaxed = sum((as_decimal(line["price_subtotal"]) for line in lines), Decimal(0))
    if env.version >= 19:
        raw = sum((_raw_subtotal(line) * _rate(env, line) for line in lines), Decimal(0))
        tax = as_decimal(rounded(raw))
    else:
        tax = sum((as_decimal(line["price_tax"]) for line in lines), Decimal(0))
    total = rounded(untaxed + tax)
    values: Values = {
        "amount_untaxed": rounded(untaxed),
        "amount_tax": rounded(tax),
        "amount_total": total,
        "invoice_status": _invoice_status(order, lines),
    }
    if env.version >= 18:
        values["amount_total_cc"] = total
    before = order.get("amount_untaxed")
    env.put("purchase.order", order_id, values)
    if before is not None and before != values["amount_untaxed"] and not env.context.get("making_order"):
        track(env, "purchase.order", order_id, "Untaxed Amount", before, values["amount_untaxed"])


def _invoice_status(order: Record, lines: list[Record]) -> str:
    if not is_confirmed(order):
        return "no"
    return "to invoice" if any(line.get("qty_to_invoice") for line in lines) else "no"


def compute_date(env: Env, order_id: int) -> None:
    """Expected arrival is the earliest of the lines."""
    dates = [line["date_planned"] for line in lines_of(env, order_id) if line.get("date_planned")]
    env.put("purchase.order", order_id, {"date_planned": min(dates, default=False)})


def compute_receipts(env: Env, order_id: int) -> None:
    """Receipt status and arrival, from the transfers of the order."""
    pickings = env.linked("stock.picking", "purchase_id", order_id)
    states = [picking["state"] for picking in pickings]
    status: str | bool = "pending"
    if not states or all(state == "cancel" for state in states):
        status = False
    elif all(state in ("done", "cancel") for state in states):
        status = "full"
    elif "done" in states:
        status = "partial"
    arrivals = [picking["date_done"] for picking in pickings if picking.get("date_done")]
    values: Values = {
        "receipt_status": status,
        "effective_date": min(arrivals, default=False),
        "picking_ids": [picking["id"] for picking in pickings],
    }
    env.put("purchase.order", order_id, values)
