"""A change in Odoo brings what both sides had agreed on: another product or unit, put in by a person."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from integrations.odoo.records import LineRecord
from orders.purchasing.awaited import Awaited, Parts, holds, holds_product, holds_unit, without
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import PurchaseOrderLine
from orders.purchasing.revisions import day_in, held_by, products_of
from orders.purchasing.rules import Settled, settle


class Arrivals:
    """What one change in Odoo did to what an order's lines wait for."""

    def __init__(self, lines: Iterable[PurchaseOrderLine], records: Iterable[LineRecord]) -> None:
        # Lines of which something is still to come. On a confirmed order Odoo lets nobody change a line's
        # product: the line is set to what has been received, and another one takes its place.
        self._present = {record.odoo_id for record in records if record.quantity > record.received}
        self._replaced: set[int] = set()
        self._lines = [line for line in lines if line.awaited_change and line.state in LineState.settled()]
        self.settled: list[PurchaseOrderLine] = []  # lines that wait for nothing any more
        self.to_write: list[PurchaseOrderLine] = []  # of them, those that Odoo holds with other values

    def __bool__(self) -> bool:
        """Whether anything was waited for."""
        return bool(self._lines)

    @property
    def changed(self) -> list[PurchaseOrderLine]:
        """The lines whose waiting may have changed."""
        return self._lines

    @property
    def is_over(self) -> bool:
        """Whether nothing is waited for any more."""
        return not any(line.awaited_change for line in self._lines)

    def take_new(self, record: LineRecord, zone: ZoneInfo) -> Settled | None:
        """Return what was agreed of a line that is new in Odoo, None when it is none of what is waited for.

        With that product and unit but other values it ends the waiting too: the supplier is asked about it.
        """
        for line in self._lines:
            awaited = Awaited.read(line.awaited_change)
            # Instead of changing a line, a buyer may put another one in its place.
            own = () if line.odoo_id in self._present or not awaited.own else (awaited.own,)
            group = next((one for one in (*own, *awaited.extra) if holds(held_by(record), one[0])), None)
            if group is None:
                continue
            left = tuple(one for one in awaited.extra if one is not group)
            if group is awaited.own:
                self._replaced.add(line.pk)
            self._keep(line, () if group is awaited.own else awaited.own, left)
            wanted = settle(group)
            is_as_agreed = (record.quantity, record.unit_price, day_in(zone, record.planned_at)) == (
                wanted.quantity,
                wanted.unit_price,
                wanted.delivery_on,
            )
            return wanted if is_as_agreed else None
        return None

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
            self._keep(line, own, awaited.extra)
            return
        self._keep(line, (), awaited.extra)
        wanted = settle(own)
        line.asked_quantity, line.asked_price = wanted.quantity, wanted.unit_price or record.unit_price
        line.asked_on = wanted.delivery_on

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

    def _keep(self, line: PurchaseOrderLine, own: Parts, extra: tuple[Parts, ...]) -> None:
        activity = Awaited.read(line.awaited_change).activity
        line.awaited_change = Awaited(own, extra, activity).as_json()
        if line.awaited_change is None:
            self.settled.append(line)
