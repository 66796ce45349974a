"""What the order list says of lines that wait to be changed in Odoo: what was agreed, and since when."""

from collections.abc import Iterable
from datetime import datetime
from html import escape
from textwrap import shorten

from django.utils.safestring import SafeString

from orders.purchasing.awaited import Awaited, Parts
from orders.purchasing.listing import Line
from orders.purchasing.rules import settle
from orders.purchasing.wording import plural
from suppliers.formats import Writer, writer

# The column of states is narrow.
_LONGEST = 36


def told_of(lines: Iterable[Line], now: datetime) -> dict[int, SafeString]:
    """Return, by line id, what is to be put into Odoo instead of what the row shows, or besides it."""
    write = writer()
    return {
        line.id: SafeString("".join(f"<small>{escape(text)}</small>" for text in _said(line, write, now)))
        for line in lines
        if line.awaited_change
    }


def agreed_instead(line: Line) -> str:
    """Return the same for a file: one text, empty where nothing waits."""
    if not line.awaited_change:
        return ""
    return "; ".join(" ".join(group) for group in _groups(line, writer()))


def _said(line: Line, write: Writer, now: datetime) -> list[str]:
    awaited = Awaited.read(line.awaited_change)
    texts = [shorten(text, _LONGEST, placeholder="…") for group in _groups(line, write) for text in group]
    if awaited.since:
        days = (now - awaited.since).days
        texts.append(f"waits {plural(days, 'day')}" if days else "waits since today")
    return texts


def _groups(line: Line, write: Writer) -> list[list[str]]:
    """Say what each line in Odoo is to hold."""
    awaited = Awaited.read(line.awaited_change)
    groups = []
    if awaited.taken_by:
        groups.append([f"set to {write.quantity(line.received)}:", "another line has taken its place"])
    elif awaited.own:
        groups.append(["instead: " + _goods(line, awaited.own, write), _price(line, awaited.own, write)])
    groups += [["new line: " + _goods(line, one, write), _price(line, one, write)] for one in awaited.extra]
    return groups


def _goods(line: Line, parts: Parts, write: Writer) -> str:
    first = parts[0]
    product = first.product_code or first.product_name
    quantity = f"{write.quantity(settle(parts).quantity)} {first.unit or line.unit}"
    return f"{quantity} {product}" if product else quantity


def _price(line: Line, parts: Parts, write: Writer) -> str:
    currency = line.order__currency
    return f"at {write.price(settle(parts).unit_price, currency)} {currency}"
