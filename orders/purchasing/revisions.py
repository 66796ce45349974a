"""What changed between what the portal holds of an order and what Odoo says now. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from integrations.odoo.records import LineRecord, OdooState, OrderRecord
from orders.purchasing.awaited import Awaited, Held, holds_product, holds_unit
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.wording import date_text, price_text, quantity_text

STATES = {
    OdooState.SENT: OrderState.QUOTED,
    OdooState.PURCHASE: OrderState.ORDERED,
    OdooState.LOCKED: OrderState.LOCKED,
    OdooState.CANCELLED: OrderState.CANCELLED,
    OdooState.DRAFT: OrderState.WITHDRAWN,
    OdooState.TO_APPROVE: OrderState.WITHDRAWN,
}

Change = dict[str, Any]  # {"line": odoo id or None, "label", "field", "old", "new"}


@dataclass(slots=True)
class OrderDifference:
    """What one change in Odoo did to one order."""

    changes: list[Change] = field(default_factory=list)
    # Odoo ids of lines the supplier must answer again: what changed is what was asked or agreed.
    asked_again: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)


def content_hash(record: OrderRecord) -> str:
    """Return a fingerprint of everything the portal mirrors of an order, write_date left out."""
    head = (
        record.number,
        record.state,
        record.ordered_at,
        record.currency,
        record.amount_untaxed,
        record.amount_tax,
        record.amount_total,
        record.buyer_id,
        record.buyer_name,
        record.notes,
        record.payment_terms,
        record.incoterm,
        record.acknowledged,
        record.partner.odoo_id,
    )
    return sha256(repr((head, record.lines)).encode()).hexdigest()


def day_in(zone: ZoneInfo, moment: datetime | None) -> date | None:
    """Return the date of a moment in the ship-to zone."""
    return moment.astimezone(zone).date() if moment else None


def snapshot(record: OrderRecord, zone: ZoneInfo) -> dict[str, Any]:
    """Return what a revision keeps of an order, as plain JSON."""
    return {
        "state": STATES[record.state],
        "amount_total": str(record.amount_total),
        "payment_terms": record.payment_terms,
        "incoterm": record.incoterm,
        "lines": [
            {
                "line": line.odoo_id,
                "code": line.product_code,
                "description": line.description,
                "quantity": quantity_text(line.quantity),
                "unit": line.unit,
                "price": price_text(line.unit_price),
                "discount": quantity_text(line.discount),
                "date": date_text(day_in(zone, line.planned_at)),
            }
            for line in record.lines
        ],
    }


def compare(
    order: PurchaseOrder, lines: Mapping[int, PurchaseOrderLine], record: OrderRecord, zone: ZoneInfo
) -> OrderDifference:
    """Compare an order and its lines (by Odoo id) with what Odoo says now.

    Values that only echo what was agreed here are no change: nobody is asked again for their own words.
    """
    found = OrderDifference()
    _compare_header(found, order, record)
    for position, line in enumerate(record.lines, start=1):
        label = f"line {position} ({line.product_code})" if line.product_code else f"line {position}"
        mirror = lines.get(line.odoo_id)
        if mirror is None:
            found.changes.append(_change(line.odoo_id, label, "line", "", f"added: {_sentence(line, zone)}"))
            found.asked_again.add(line.odoo_id)
        else:
            _compare_line(found, mirror, line, label, zone)
    _find_removed(found, lines.values(), {line.odoo_id for line in record.lines})
    return found


def _compare_header(found: OrderDifference, order: PurchaseOrder, record: OrderRecord) -> None:
    state = STATES[record.state]
    if state != order.state:
        old = OrderState(order.state).label
        found.changes.append(_change(None, "order", "state", old, state.label))
    for name, label in (("payment_terms", "payment terms"), ("incoterm", "incoterm"), ("notes", "notes")):
        old, new = getattr(order, name), getattr(record, name)
        if old != new:
            found.changes.append(_change(None, "order", label, old, new))


def _compare_line(
    found: OrderDifference, mirror: PurchaseOrderLine, line: LineRecord, label: str, zone: ZoneInfo
) -> None:
    day = day_in(zone, line.planned_at)
    agreed = mirror.state in LineState.settled()
    facts: list[tuple[str, Any, Any, Any, str, str]] = [
        (
            "quantity",
            mirror.quantity,
            line.quantity,
            mirror.asked_quantity if agreed else None,
            quantity_text(mirror.quantity),
            quantity_text(line.quantity),
        ),
        (
            "price",
            mirror.unit_price,
            line.unit_price,
            mirror.asked_price if agreed else None,
            price_text(mirror.unit_price),
            price_text(line.unit_price),
        ),
        (
            "date",
            mirror.expected_on,
            day,
            mirror.asked_on if agreed else None,
            date_text(mirror.expected_on),
            date_text(day),
        ),
        (
            "discount",
            mirror.discount,
            line.discount,
            None,
            quantity_text(mirror.discount),
            quantity_text(line.discount),
        ),
        ("product", *products_of(mirror, line), None, mirror.product_code, line.product_code),
        ("unit", mirror.unit, line.unit, None, mirror.unit, line.unit),
    ]
    awaited = Awaited.read(mirror.awaited_change if agreed else None)
    for name, old, new, settled, old_text, new_text in facts:
        if old != new and (settled is None or new != settled):
            found.changes.append(_change(line.odoo_id, label, name, old_text, new_text))
            if not (awaited.own and _was_agreed(name, line, day, awaited)):
                found.asked_again.add(line.odoo_id)
    if mirror.description != line.description:
        found.changes.append(
            _change(line.odoo_id, label, "description", mirror.description, line.description)
        )
    if mirror.state == LineState.CANCELLED and line.quantity > 0:
        found.asked_again.add(line.odoo_id)


def _was_agreed(name: str, line: LineRecord, day: date | None, awaited: Awaited) -> bool:
    """Whether a changed value is on the way to what both sides agreed on, and a person puts into Odoo."""
    if line.quantity <= line.received:
        # It gives way to another line: its price does not matter, and Odoo forgets it.
        return True
    wanted, part, held = awaited.wanted, awaited.own[0], held_by(line)
    return {
        "quantity": line.quantity == wanted.quantity,
        "price": line.unit_price == wanted.unit_price,
        "date": day == wanted.delivery_on,
        "product": part.has_other_product and holds_product(held, part),
        "unit": bool(part.unit) and holds_unit(line.unit, part),
    }.get(name, False)


def held_by(line: LineRecord) -> Held:
    """Return which product in which unit Odoo's line holds."""
    return Held(line.product_code, line.description, line.unit)


def products_of(mirror: PurchaseOrderLine, line: LineRecord) -> tuple[Any, Any]:
    """Return what tells the products apart: a product that got another code is still the same."""
    if mirror.product_odoo_id and line.product_id:
        return mirror.product_odoo_id, line.product_id
    return mirror.product_code, line.product_code


def _find_removed(found: OrderDifference, mirrors: Iterable[PurchaseOrderLine], present: set[int]) -> None:
    for mirror in mirrors:
        was_gone = mirror.awaited_change and not mirror.quantity
        if mirror.odoo_id not in present and mirror.state != LineState.CANCELLED and not was_gone:
            label = mirror.product_code or mirror.description
            found.changes.append(_change(mirror.odoo_id, label, "line", str(mirror), "removed"))
            found.removed.add(mirror.odoo_id)


def _sentence(line: LineRecord, zone: ZoneInfo) -> str:
    wanted = date_text(day_in(zone, line.planned_at))
    return f"{quantity_text(line.quantity)} {line.unit} at {price_text(line.unit_price)}, {wanted}"


def _change(line: int | None, label: str, name: str, old: str, new: str) -> Change:
    return {"line": line, "label": label, "field": name, "old": old, "new": new}


def is_complete(received: Decimal, quantity: Decimal) -> bool:
    """Whether everything ordered has arrived, so that there is nothing left to promise."""
    return quantity > 0 and received >= quantity


def asked_again_in(changes: Mapping[int, Sequence[Mapping[str, object]]], upto: int) -> dict[int, int]:
    """Return, by Odoo id of the line, the last revision (up to one) that changed it.

    *changes* are those of each revision. What was agreed about a line before that is no longer so.
    """
    found: dict[int, int] = {}
    for number in sorted(changes):
        if number > upto:
            break
        for change in changes[number]:
            line = change.get("line")
            if isinstance(line, int) and change.get("field") != "description":
                found[line] = number
    return found
