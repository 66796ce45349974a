"""What Odoo's users read about an order: notes in the chatter and questions as activities, as safe HTML."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from integrations.correlation import current_correlation_id
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.rules import Asked, Part
from orders.purchasing.wording import first_line, plural, price_text, schedule_text
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
        if {"split", "rejected"} & set(found)
    ]
    body = format_html(
        "<p>{} ({}) cannot deliver as ordered:</p><ul>{}</ul>"
        '<p>Decide in <a href="{}">Quayside</a>. Then adapt the order here: split the line for a part'
        " delivery, or set to zero what will not come.</p>",
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


def url_of(order: PurchaseOrder) -> str:
    """Return the address of the order's page."""
    return f"{settings.SITE_URL}/orders/{order.pk}/"


def _lines(order: PurchaseOrder, agreed: Sequence[tuple[PurchaseOrderLine, Sequence[Part]]]) -> SafeString:
    rows = format_html_join(
        "",
        "<li>{}: {} at {} {}</li>",
        (
            (
                line.product_code or first_line(line.description),
                schedule_text(parts, line.unit),
                price_text(line.asked_price),
                order.currency,
            )
            for line, parts in agreed[:_MOST_LINES]
        ),
    )
    more = len(agreed) - _MOST_LINES
    rest = format_html("<li>and {} more</li>", plural(more, "line")) if more > 0 else SafeString("")
    return format_html("<ul>{}{}</ul>", rows, rest)


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
