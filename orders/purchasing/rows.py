"""The lines of the order list as people and files read them: every string is made here, once per row."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from html import escape
from itertools import islice
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from orders.purchasing.badges import line_badge
from orders.purchasing.lifecycle import LineState, Side
from orders.purchasing.listing import Line, Page, partner_names
from orders.purchasing.to_change import agreed_instead
from suppliers.formats import inert, moment_tag, plain_number, writer
from suppliers.people.models import User

_WAITING = frozenset(LineState.waiting_for_supplier())
_NO_TIMES: Mapping[int, SafeString] = {}
_SETTLED = {LineState.CANCELLED, LineState.REFUSED}
# The cells of templates/orders/_lines.html; numbers are places in Row.
_ROW = (
    '<tr><th scope="row"><a href="{0}">{1}</a><small>{2}</small></th><td data-l="Product">{3}</td>'
    '<td class="text">{4}</td><td class="num" data-l="Quantity">{5} <i>{6}</i></td>'
    '<td class="num" data-l="Price">{7} <i>{8}</i></td><td data-l="Requested">{9}</td>'
    '<td data-l="Promised">{10}</td><td data-l="Expected">{11}</td><td class="st">{12}</td></tr>'
)
_PICK = (
    '<input class="form-check-input" type="checkbox" name="line" value="{13}" aria-label="Choose {1} {3}">'
)
_ROW_TO_PICK = _ROW.replace('<th scope="row">', f'<th scope="row">{_PICK}')
_TEXTS: Final = 9  # so many of Row's fields are text, the rest is safe
_SEAM = "\0"  # no text from the database holds it
_LATE = mark_safe(' <span class="late">late</span>')
_LATER = mark_safe(' <span class="later">later</span>')

CSV_COLUMNS = [
    "order", "supplier_or_customer", "product", "description", "quantity", "unit", "unit_price", "currency",
    "requested_on", "promised_on", "expected_on", "received", "state", "agreed_instead",
]  # fmt: skip


class Row(NamedTuple):
    """A line of the list, ready to print: texts first, then safe HTML."""

    url: str
    number: str
    partner: str
    product: str
    description: str
    quantity: str
    unit: str
    price: str
    currency: str
    requested: SafeString
    promised: SafeString
    expected: SafeString
    badge: SafeString
    id: int


def rows_of(
    page: Page,
    side: Side,
    today: date,
    *,
    due: Mapping[int, SafeString] = _NO_TIMES,
    told: Mapping[int, SafeString] = _NO_TIMES,
) -> list[Row]:
    """Return the rows of a page. *today* is the reader's date, for what is late.

    *due* says, by order, until when an answer is due, for the lines that wait for one. *told* says more
    about the state of some lines, by line.
    Eighty rows of thirteen values are most of the page: nothing here is looked up for each of them.
    """
    base = reverse("orders:detail", args=[0]).removesuffix("0/")
    write = writer()
    day = cache(lambda value: write.day_tag(value, today))
    badge = cache(lambda state, awaits: line_badge(state, side, awaits_change=awaits).html)
    return [
        Row(
            url=f"{base}{line.order_id}/#line-{line.id}",
            number=line.order__number,
            partner=_partner(line, page.partners, side),
            product=line.product_code,
            description=line.description,
            quantity=write.quantity(line.quantity),
            unit=line.unit,
            price=write.price(line.unit_price, line.order__currency),
            currency=line.order__currency,
            requested=day(line.requested_on),
            promised=SafeString(day(line.promised_on) + _LATER) if _is_later(line) else day(line.promised_on),
            expected=SafeString(day(line.expected_on) + _LATE)
            if _is_late(line, today)
            else day(line.expected_on),
            badge=SafeString(badge(line.state, line.awaited_change is not None) + due[line.order_id])
            if line.order_id in due and line.state in _WAITING
            else SafeString(badge(line.state, line.awaited_change is not None) + told[line.id])
            if line.id in told
            else badge(line.state, line.awaited_change is not None),
            id=line.id,
        )
        for line in page.lines
    ]


def due_tag(at: datetime, now: datetime) -> SafeString:
    """Write until when an answer is due, in the reader's time zone."""
    word, css = ("was due", ' class="late"') if at <= now else ("by", "")
    return SafeString(f"<small{css}>{word} {moment_tag(at, now, always_day=True)}</small>")


def html_of(rows: Sequence[Row], *, may_pick: bool) -> SafeString:
    """Return the rows of the table. With *may_pick* each can be chosen, for what is done to many at once.

    Their texts are escaped together, because one look through all of them takes a fraction of 720 looks; and
    no template is asked, because that took half of the page's time.
    """
    row_html = _ROW_TO_PICK if may_pick else _ROW
    texts = iter(escape(_SEAM.join(text for row in rows for text in row[:_TEXTS])).split(_SEAM))
    return SafeString("\n".join(row_html.format(*islice(texts, _TEXTS), *row[_TEXTS:]) for row in rows))


def csv_of(user: User, lines: Iterable[Line], side: Side) -> str:
    """Return the lines as CSV: ISO dates, plain decimals, and no cell that a spreadsheet would run."""
    lines = list(lines)
    partners = partner_names(user, lines)
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(CSV_COLUMNS)
    for line in lines:
        writer.writerow(
            [
                inert(line.order__number),
                inert(_partner(line, partners, side)),
                inert(line.product_code),
                inert(line.description),
                plain_number(line.quantity),
                inert(line.unit),
                plain_number(line.unit_price),
                line.order__currency,
                line.requested_on or "",
                line.promised_on or "",
                line.expected_on or "",
                plain_number(line.received),
                line_badge(line.state, side, awaits_change=line.awaited_change is not None).words,
                inert(agreed_instead(line)),
            ]
        )
    return file.getvalue()


def _partner(line: Line, partners: dict[int, str], side: Side) -> str:
    return partners.get(line.supplier_id if side == Side.BUYER else line.company_id, "")


def _is_later(line: Line) -> bool:
    """Whether the supplier promised another date than the buyer's."""
    return bool(line.promised_on and line.requested_on and line.promised_on > line.requested_on)


def _is_late(line: Line, today: date) -> bool:
    """Whether it should have come already."""
    return (
        line.expected_on is not None
        and line.expected_on < today
        and line.received < line.quantity
        and line.state not in _SETTLED
    )
