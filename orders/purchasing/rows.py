"""The lines of the order list as people and files read them: every string is made here, once per row."""

import csv
import io
from collections.abc import Iterable
from datetime import date
from html import escape
from typing import NamedTuple

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from orders.purchasing.badges import line_badge
from orders.purchasing.lifecycle import LineState, Side
from orders.purchasing.listing import Line, Page, partner_names
from suppliers.formats import day_tag, inert, plain_number, price, quantity
from suppliers.people.models import User

_SETTLED = {LineState.CANCELLED, LineState.REFUSED}
# The cells of templates/orders/_lines.html, in the order of Row's fields.
_ROW = (
    '<tr><th scope="row">{}<a href="{}">{}</a><small>{}</small></th><td data-l="Product">{}</td>'
    '<td class="text">{}</td><td class="num" data-l="Quantity">{} <i>{}</i></td>'
    '<td class="num" data-l="Price">{} <i>{}</i></td><td data-l="Requested">{}</td>'
    '<td data-l="Promised">{}</td><td data-l="Expected">{}</td><td class="st">{}</td></tr>'
)
_PICK = '<input class="form-check-input" type="checkbox" name="line" value="{}" aria-label="Choose {} {}">'
_LATE = mark_safe(' <span class="late">late</span>')
_LATER = mark_safe(' <span class="later">later</span>')

CSV_COLUMNS = [
    "order", "supplier_or_customer", "product", "description", "quantity", "unit", "unit_price", "currency",
    "requested_on", "promised_on", "expected_on", "received", "state",
]  # fmt: skip


class Row(NamedTuple):
    """A line of the list, ready to print. Dates and the badge are safe HTML, the rest is text."""

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
    pick: SafeString = SafeString("")

    def html(self) -> SafeString:
        """Return the row of the table.

        Eighty rows of twelve values: the template engine took half of the page's time for them.
        """
        text = [escape(value) for value in self[:9]]
        return SafeString(_ROW.format(self.pick, *text, *self[9:13]))


def rows_of(page: Page, side: Side, today: date, *, may_pick: bool = False) -> list[Row]:
    """Return the rows of a page. *today* is the reader's date, for what is late.

    With *may_pick* each row can be chosen, for what is done to many lines at once.
    """
    base = reverse("orders:detail", args=[0]).removesuffix("0/")
    return [
        Row(
            url=f"{base}{line.order_id}/#line-{line.id}",
            number=line.order__number,
            partner=_partner(line, page.partners, side),
            product=line.product_code,
            description=line.description,
            quantity=quantity(line.quantity),
            unit=line.unit,
            price=price(line.unit_price, line.order__currency),
            currency=line.order__currency,
            requested=day_tag(line.requested_on, today),
            promised=_promised(line, today),
            expected=_expected(line, today),
            badge=line_badge(line.state, side).html,
            pick=_pick(line) if may_pick else SafeString(""),
        )
        for line in page.lines
    ]


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
                line_badge(line.state, side).words,
            ]
        )
    return file.getvalue()


def _pick(line: Line) -> SafeString:
    return SafeString(_PICK.format(line.id, escape(line.order__number), escape(line.product_code)))


def _partner(line: Line, partners: dict[int, str], side: Side) -> str:
    return partners.get(line.supplier_id if side == Side.BUYER else line.company_id, "")


def _promised(line: Line, today: date) -> SafeString:
    tag = day_tag(line.promised_on, today)
    if line.promised_on and line.requested_on and line.promised_on > line.requested_on:
        return SafeString(tag + _LATER)
    return tag


def _expected(line: Line, today: date) -> SafeString:
    tag = day_tag(line.expected_on, today)
    is_late = (
        line.expected_on is not None
        and line.expected_on < today
        and line.received < line.quantity
        and line.state not in _SETTLED
    )
    return SafeString(tag + _LATE) if is_late else tag
