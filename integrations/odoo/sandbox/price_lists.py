"""Which row of a vendor's price list applies, and what a purchase line takes from it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.model import Values
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import DATETIME_FORMAT, as_decimal


def rows_of_vendor(env: Env, product: Record, vendor: int) -> list[Record]:
    """The vendor's rows for a product, smallest quantity first."""
    partner = env.record("res.partner", vendor)
    vendors = {vendor, partner.get("parent_id") or vendor}
    rows = env.linked("product.supplierinfo", "product_tmpl_id", product["product_tmpl_id"])
    rows = [row for row in rows if row["partner_id"] in vendors]
    rows = [row for row in rows if row.get("product_id") in (False, None, product["id"])]
    return sorted(rows, key=lambda row: (row["min_qty"], row["sequence"], row["id"]))


def choose_row(env: Env, product: Record, order: Record, quantity: float) -> Record | None:
    """The cheapest row which is valid on the order date and for the quantity."""
    day = order["date_order"][:10]

    def valid(row: Record) -> bool:
        company = row.get("company_id")
        return (
            row["min_qty"] <= quantity
            and (not row.get("date_start") or row["date_start"] <= day)
            and (not row.get("date_end") or row["date_end"] >= day)
            and (not company or company == order["company_id"])
        )

    rows = [row for row in rows_of_vendor(env, product, order["partner_id"]) if valid(row)]
    return min(rows, key=lambda row: (row["price_discounted"], row["sequence"], row["id"]), default=None)


def days_after(moment: str, days: int) -> str:
    """`moment` ('YYYY-MM-DD HH:MM:SS') plus whole days."""
    parsed = datetime.strptime(moment[:19], DATETIME_FORMAT)  # noqa: DTZ007
    return (parsed + timedelta(days=days)).strftime(DATETIME_FORMAT)


def line_defaults(env: Env, order: Record, product: Record) -> Values:
    """What a new line gets for values the caller left out.

    Odoo looks the price up for the vendor's smallest quantity, not for the quantity that is ordered.
    """
    rows = rows_of_vendor(env, product, order["partner_id"])
    quantity = (rows[0]["min_qty"] or 1.0) if rows else 1.0
    row = choose_row(env, product, order, quantity)
    delay = row["delay"] if row else 0
    unit = env.own_name("purchase.order.line", "product_uom_id")
    taxes = [
        tax
        for tax in product.get("supplier_taxes_id") or []
        if env.record("account.tax", tax)["company_id"] == order["company_id"]
    ]
    return {
        "product_qty": quantity,
        "price_unit": row["price"] if row else product.get("standard_price") or 0.0,
        "discount": row["discount"] if row else 0.0,
        "date_planned": days_after(order["date_order"], delay),
        "name": description(env, product, row),
        unit: product.get("uom_po_id") or product["uom_id"],
        env.own_name("purchase.order.line", "tax_ids"): [(6, 0, taxes)],
    }


def description(env: Env, product: Record, row: Record | None) -> str:
    """The line's text: the vendor's own code and name where the price list has them."""
    if row and (row.get("product_code") or row.get("product_name")):
        name = row.get("product_name") or product["name"]
        text = f"[{row['product_code']}] {name}" if row.get("product_code") else str(name)
    else:
        text = env.display_name("product.product", product["id"])
    more = product.get("description_purchase")
    return f"{text}\n{more}" if more else text


def reprice(env: Env, line: Record, order: Record, quantity: float) -> Values:
    """What Odoo recomputes when a write changes quantity or unit without price and date.

    Price and discount come from the price list; so does the date: order date plus lead time. Without a row
    both stay; when the vendor has rows but none for so few, the price is what the product costs.
    """
    product = env.record("product.product", line["product_id"])
    size = _units_in(env, line, product)
    row = choose_row(env, product, order, quantity * size)
    if row is None:
        known = rows_of_vendor(env, product, order["partner_id"])
        return {"price_unit": (product.get("standard_price") or 0.0) * size} if known else {}
    values: Values = {
        "price_unit": row["price"] * size,
        "discount": row["discount"],
        "date_planned": days_after(order["date_order"], row["delay"]),
    }
    if env.version >= 19:
        values["technical_price_unit"] = row["price"] * size
    return values


def _units_in(env: Env, line: Record, product: Record) -> float:
    """How many of the product's own unit are in the line's."""
    mine, own = line.get(env.own_name("purchase.order.line", "product_uom_id")), product["uom_id"]
    if not mine or mine == own:
        return 1.0
    size = "factor" if env.version >= 19 else "factor_inv"
    return float(env.record("uom.uom", mine)[size]) / float(env.record("uom.uom", own)[size])


def remember_price(env: Env, order: Record, line: Record) -> None:
    """Confirming adds a row when the vendor has none for the product, and the product fewer than eleven."""
    product = env.record("product.product", line["product_id"])
    partner = env.record("res.partner", order["partner_id"])
    vendor = partner.get("parent_id") or partner["id"]
    rows = env.linked("product.supplierinfo", "product_tmpl_id", product["product_tmpl_id"])
    known = any(row["partner_id"] in (vendor, partner["id"]) for row in rows)
    if known or len(rows) > 10:
        return
    values: dict[str, Any] = {
        "partner_id": vendor,
        "product_tmpl_id": product["product_tmpl_id"],
        "sequence": max((row["sequence"] for row in rows), default=0) + 1,
        "min_qty": 1.0,
        "price": float(as_decimal(line["price_unit"])),
        "discount": line.get("discount") or 0.0,
        "currency_id": order["currency_id"],
        "delay": 0,
        "company_id": order["company_id"],
    }
    env.create("product.supplierinfo", values)
