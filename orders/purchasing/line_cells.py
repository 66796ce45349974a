"""What the order page says of a line before its state: product, quantity, price and the four dates.

Made here rather than in a template: a page holds these cells for each of hundreds of lines.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from orders.purchasing.models import PurchaseOrderLine
from suppliers.formats import writer

# Cells of templates/orders/_order_lines.html.
_CELLS = (
    '<th scope="row"><span class="pos">{}</span><b>{}</b><span class="descr">{}</span></th>\n'
    '<td class="num" data-l="Quantity">{} <i>{}</i></td>\n<td class="num" data-l="Price">{}{}</td>\n'
    '<td data-l="Requested">{}</td>\n<td data-l="First promise">{}</td>\n<td data-l="Now promised">{}</td>\n'
    '<td data-l="Odoo expects">{}</td>'
)
_NOTHING = mark_safe("")

CellsOf = Callable[[PurchaseOrderLine, int, Mapping[str, Any]], SafeString]


def cells_in(currency: str, *, today: date) -> CellsOf:
    """Return what writes the cells of one line, given its position and what was changed of it, old values.

    For one page: the reader's language is looked up, and each date written, once.
    """
    write = writer()
    day = cache(lambda value: write.day_tag(value, today))

    def cells(line: PurchaseOrderLine, position: int, changed: Mapping[str, Any]) -> SafeString:
        moved = line.first_promised_on and line.promised_on and line.promised_on != line.first_promised_on
        promised = day(line.promised_on)
        return format_html(
            _CELLS,
            position,
            line.product_code,
            line.description,
            _changed(changed.get("quantity"), write.quantity(line.quantity)),
            line.unit,
            _changed(changed.get("price"), write.price(line.unit_price, currency)),
            _discount(line.discount, write.quantity) if line.discount else _NOTHING,
            day(line.requested_on),
            day(line.first_promised_on),
            format_html("<b>{}</b>", promised) if moved else promised,
            _changed(day(changed["date"]) if changed.get("date") else None, day(line.expected_on)),
        )

    return cells


def _changed(old: str | None, new: str) -> str:
    return format_html("<del>{}</del> <ins>{}</ins>", old, new) if old else new


def _discount(percent: Decimal, quantity: Callable[[Decimal], str]) -> SafeString:
    return format_html(" <i>−{} %</i>", quantity(percent))
