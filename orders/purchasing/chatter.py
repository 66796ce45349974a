"""What Odoo's users read about an order: notes in the chatter and questions as activities, as safe HTML."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from integrations.correlation import current_correlation_id
from orders.purchasing.awaited import Awaited
from orders.purchasing.lifecycle import OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.rules import Asked, Part, settle
from orders.purchasing.wording import (
    date_text,
    first_line,
    plural,
    price_text,
    product_text,
    quantity_text,
    schedule_text,
)
from suppliers.people.models import User

# A chatter note of a thousand lines helps nobody; the portal has all of them.
_MOST_LINES = 40


def agreed_note(
    order: PurchaseOrder,
    agreed: Sequence[tuple[PurchaseOrderLine, Sequence[Part]]],
    *,
    by: User,
    at: datetime,
    comment: str,
    again: bool = False,
) -> str:
    """Say what the supplier confirmed; *again*: it had been agreed before."""
    done = plural(len(agreed), "line") + (" again, as agreed" if again else "")
    head = format_html("<p><b>{}</b> ({}) confirmed {}.</p>", by, order.supplier, done)
    remark = format_html("<p>“{}”</p>", comment) if comment else SafeString("")
    return head + _lines(order, agreed) + remark + _foot(order, at)


def approved_note(
    order: PurchaseOrder,
    agreed: Sequence[tuple[PurchaseOrderLine, Sequence[Part]]],
    refused: Sequence[Asked],
    *,
    by: User,
    at: datetime,
) -> str:
    """Say what the buyer agreed to of the supplier's proposals."""
    head = format_html("<p><b>{}</b> agreed with {}:</p>", by, order.supplier)
    gone = format_html_join("", "<li>{} will not be delivered</li>", ((line.label,) for line in refused))
    return (
        head
        + _lines(order, agreed)
        + (format_html("<ul>{}</ul>", gone) if refused else "")
        + _foot(order, at)
    )


def withdrawn_note(order: PurchaseOrder, lines: Sequence[Asked], *, by: User, at: datetime) -> str:
    """Say which proposals are over that an activity had asked about."""
    head = format_html("<p><b>{}</b> ({}) took back the proposal for:</p>", by, order.supplier)
    rows = format_html_join("", "<li>{}</li>", ((line.label,) for line in lines[:_MOST_LINES]))
    return head + format_html("<ul>{}</ul>", rows) + _foot(order, at)


def question(
    order: PurchaseOrder, by: User, proposals: Iterable[tuple[Asked, Sequence[Part], Sequence[str]]]
) -> dict[str, str | int | None]:
    """Return the activity that tells the buyer in Odoo which splits and rejections to decide."""
    rows = [
        (asked.label, schedule_text(parts, asked.unit))
        for asked, parts, found in proposals
        if {"split", "rejected", "product", "unit"} & set(found)
    ]
    body = format_html(
        "<p>{} ({}) cannot deliver as ordered:</p><ul>{}</ul>"
        '<p>Decide in <a href="{}">Quayside</a>. Then adapt the order here: split the line for a part'
        " delivery, or set to zero what will not come. Another product or unit that you agree to comes back"
        " as an activity that says what to change.</p>",
        by,
        order.supplier,
        format_html_join("", "<li>{}: {}</li>", rows[:_MOST_LINES]),
        url_of(order),
    )
    return {
        "summary": f"{order.supplier} proposes other deliveries for {plural(len(rows), 'line')}",
        "body_html": body,
        "user_id": order.buyer_odoo_id,
    }


def to_change(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> dict[str, str | int | None]:
    """Return the activity that tells the buyer in Odoo which product or unit to put into the order."""
    rows = [
        format_html("<li>{}<ul>{}</ul></li>", _name(line), format_html_join("", "<li>{}</li>", steps))
        for line in lines[:_MOST_LINES]
        if (steps := [(step,) for step in _steps(order, line)])
    ]
    body = format_html(
        "<p>Agreed with {}, and not in this order yet. Quayside does not put another product or unit on a"
        " line. Please change:</p><ul>{}</ul>"
        "<p>In one save or in several: then the line counts as agreed, the supplier is not asked again, and"
        ' this is marked as done. <a href="{}">Quayside</a> shows what still differs.</p>',
        order.supplier,
        format_html_join("", "{}", ((row,) for row in rows)),
        url_of(order),
    )
    return {
        "summary": f"Change {plural(len(lines), 'line')} as agreed with {order.supplier}",
        "body_html": body,
        "user_id": order.buyer_odoo_id,
    }


def _steps(order: PurchaseOrder, line: PurchaseOrderLine) -> list[str]:
    """Say what is to be done in Odoo for one line.

    There, product and unit of a line can be edited only until the order is confirmed.
    """
    awaited, currency = Awaited.read(line.awaited_change), order.currency
    steps = []
    if awaited.taken_by:
        steps.append(f"This line: set it to quantity {quantity_text(line.received)}, its place is taken")
    elif awaited.own and line.quantity <= line.received:
        steps.append(f"A new line in place of this one: {_held(line, awaited.own, currency)}")
    elif awaited.own:
        held = f"{quantity_text(line.quantity)} {line.unit} of {_name(line)} at {price_text(line.unit_price)}"
        wanted = _held(line, awaited.own, currency)
        if order.state == OrderState.QUOTED:
            steps.append(f"This line, now {held} {currency}, becomes: {wanted}")
        else:
            steps.append(
                f"This line, now {held} {currency}: set it to quantity {quantity_text(line.received)}"
            )
            steps.append(f"A new line in its place: {wanted}")
    steps += [f"A new line: {_held(line, group, currency)}" for group in awaited.extra]
    return steps


def _held(line: PurchaseOrderLine, parts: Sequence[Part], currency: str) -> str:
    """Say what a line in Odoo is to hold: one quantity, one price, the first day."""
    settled, first = settle(parts), parts[0]
    product = product_text(first) or _name(line)
    said = (
        f"product {product}, quantity {quantity_text(settled.quantity)}, unit {first.unit or line.unit}, "
        f"price {price_text(settled.unit_price)} {currency}, "
        f"expected arrival {date_text(settled.delivery_on)}"
    )
    return f"{said} (deliveries: {schedule_text(parts, line.unit)})" if len(parts) > 1 else said


def _name(line: PurchaseOrderLine) -> str:
    return line.product_code or first_line(line.description)


def url_of(order: PurchaseOrder) -> str:
    """Return the address of the order's page."""
    return f"{settings.SITE_URL}/orders/{order.pk}/"


def _lines(order: PurchaseOrder, agreed: Sequence[tuple[PurchaseOrderLine, Sequence[Part]]]) -> SafeString:
    rows = format_html_join(
        "",
        "<li>{}: {} at {} {}</li>",
        (
            (_name(line), schedule_text(parts, line.unit), _prices(parts), order.currency)
            for line, parts in agreed[:_MOST_LINES]
        ),
    )
    more = len(agreed) - _MOST_LINES
    rest = format_html("<li>and {} more</li>", plural(more, "line")) if more > 0 else SafeString("")
    return format_html("<ul>{}{}</ul>", rows, rest)


def _prices(parts: Sequence[Part]) -> str:
    """Write the price, or all of them where another product has its own."""
    return " and ".join(dict.fromkeys(price_text(part.unit_price) for part in parts if part.is_delivered))


def _foot(order: PurchaseOrder, at: datetime) -> SafeString:
    local = at.astimezone(ZoneInfo(order.company.time_zone))
    theirs = order.supplier_reference
    number = format_html("<p>Supplier's order number: {}</p>", theirs) if theirs else SafeString("")
    return number + format_html(
        '<p><a href="{}">Quayside</a>, {} ({}). Reference {}</p>',
        url_of(order),
        f"{local:%Y-%m-%d %H:%M}",
        order.company.time_zone,
        current_correlation_id(),
    )
