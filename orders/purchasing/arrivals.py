"""A change in Odoo brings what both sides had agreed on: another product or unit, put in by a person.

On a confirmed order Odoo's form lets nobody change a line's product. So buyers set the line to what has been
received and add another one, in whichever order and in as many saves as they like.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from integrations.odoo.records import LineRecord
from orders.purchasing.awaited import Awaited, Parts, holds, holds_product, holds_unit, without
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import PurchaseOrderLine
from orders.purchasing.revisions import day_in, held_by, products_of
from orders.purchasing.rules import Part, Settled, settle


class Arrivals:
    """What one change in Odoo did to what an order's lines wait for."""

    def __init__(self, lines: Iterable[PurchaseOrderLine], records: Iterable[LineRecord]) -> None:
        self._records = {record.odoo_id: record for record in records}
        self._replaced: set[int] = set()
        self._lines = [line for line in lines if line.awaited_change and line.state in LineState.settled()]
        self.settled: list[PurchaseOrderLine] = []  # lines that wait for nothing any more
        self.to_write: list[PurchaseOrderLine] = []  # of them, those that Odoo holds with other values

    def __bool__(self) -> bool:
        """Whether anything was waited for."""
        return bool(self._lines)

    @property
    def is_over(self) -> bool:
        """Whether nothing is waited for any more."""
        return not any(line.awaited_change for line in self._lines)

    def take_new(self, records: Sequence[LineRecord], zone: ZoneInfo) -> dict[int, Settled]:
        """Return what was agreed of lines that are new in Odoo, by their id there, where they hold just that.

        A line with the agreed product and unit but other values takes the place as well: the supplier is
        asked about it, and the line it stands for is to go all the same.
        """
        self._open_places()
        found: dict[int, Settled] = {}
        for record in records:
            for line, group in self._wanting(record):
                if _is_as_agreed(record, wanted := settle(group), zone):
                    found[record.odoo_id] = wanted
                    self._place(line, group, record)
                    break
        for record in records:
            if record.odoo_id not in found:
                for line, group in self._wanting(record):
                    self._place(line, group, record)
                    break
        return found

    def take_over(self, line: PurchaseOrderLine, record: LineRecord) -> None:
        """Note what of the agreement a changed line brings; it still holds what it held before."""
        awaited = Awaited.read(line.awaited_change)
        if not awaited.own or line not in self._lines:
            return
        held, part = held_by(record), awaited.own[0]
        old, new = products_of(line, record)
        product = old != new and holds_product(held, part)
        unit = line.unit != record.unit and holds_unit(record.unit, part)
        own = tuple(without(one, product=product, unit=unit) for one in awaited.own)
        if own[0].is_foreign:
            self._keep(line, replace(awaited, own=own))
            return
        self._keep(line, replace(awaited, own=(), taken_by=0))
        wanted = settle(own)
        line.asked_quantity, line.asked_price = wanted.quantity, wanted.unit_price or record.unit_price
        line.asked_on = wanted.delivery_on

    def keeps_waiting(self, line: PurchaseOrderLine, record: LineRecord | None) -> bool:
        """Whether a line of which nothing is to come waits for the one that takes its place.

        None: Odoo has deleted it. When its place is taken and nothing else is waited for, that is over.
        """
        awaited = Awaited.read(line.awaited_change)
        if not awaited.own or line not in self._lines:
            return False
        is_gone = record is None or record.quantity <= record.received
        if is_gone and not awaited.parts:
            self._replaced.add(line.pk)
            self._keep(line, Awaited(activity=awaited.activity))
            return False
        return is_gone

    def hold(self, line: PurchaseOrderLine) -> None:
        """The line was brought up to date: while it waits its position is what Odoo holds."""
        if line not in self._lines:
            return
        if Awaited.read(line.awaited_change).own or line.pk in self._replaced:
            line.asked_quantity, line.asked_price = line.quantity, line.unit_price
            line.asked_on = line.expected_on
        elif (line.asked_quantity, line.asked_price, line.asked_on) != (
            line.quantity,
            line.unit_price,
            line.expected_on,
        ):
            self.to_write.append(line)

    def _open_places(self) -> None:
        """A line that had taken another's place may be gone again, or hold something else by now."""
        for line in self._lines:
            awaited = Awaited.read(line.awaited_change)
            taker = self._records.get(awaited.taken_by)
            if awaited.taken_by and not (
                taker and taker.quantity > 0 and _brings(line, taker, awaited.own[0])
            ):
                self._keep(line, replace(awaited, taken_by=0))

    def _wanting(self, record: LineRecord) -> Iterator[tuple[PurchaseOrderLine, Parts]]:
        """Find the lines that wait for what a new line holds, with what was agreed of it."""
        for line in self._lines:
            awaited = Awaited.read(line.awaited_change)
            own = (awaited.own,) if awaited.own and not awaited.taken_by else ()
            for group in (*own, *awaited.extra):
                if _brings(line, record, group[0]):
                    yield line, group

    def _place(self, line: PurchaseOrderLine, group: Parts, record: LineRecord) -> None:
        awaited = Awaited.read(line.awaited_change)
        if group == awaited.own and not awaited.taken_by:
            self._keep(line, replace(awaited, taken_by=record.odoo_id))
        else:
            left = list(awaited.extra)
            left.remove(group)
            self._keep(line, replace(awaited, extra=tuple(left)))

    def _keep(self, line: PurchaseOrderLine, awaited: Awaited) -> None:
        line.awaited_change = awaited.as_json()
        if line.awaited_change is None:
            self.settled.append(line)


def _brings(line: PurchaseOrderLine, record: LineRecord, part: Part) -> bool:
    """Whether another line in Odoo holds what was agreed instead of a line, or besides it."""
    if not holds(held_by(record), part):
        return False
    old, new = products_of(line, record)
    return part.has_other_product or old == new


def _is_as_agreed(record: LineRecord, wanted: Settled, zone: ZoneInfo) -> bool:
    return (record.quantity, record.unit_price, day_in(zone, record.planned_at)) == (
        wanted.quantity,
        wanted.unit_price,
        wanted.delivery_on,
    )
