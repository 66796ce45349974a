"""What Odoo has to hold of an order's lines once they are agreed, and when goods will first arrive."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from integrations.odoo.records import AgreedLine
from orders.purchasing.date_moves import Cause, DateWatch
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import PurchaseOrderLine
from orders.purchasing.saving import save_together

Lines = Sequence[PurchaseOrderLine]


def still_agreed(lines: Lines, payload: dict[str, Any], zone: ZoneInfo) -> dict[int, AgreedLine]:
    """Return what is to be written, by line id; lines that the buyer changed since are left out."""
    wanted = {row["line"]: row for row in payload["lines"]}
    return {
        line.pk: _agreed_line(line, wanted[line.pk], zone)
        for line in lines
        if line.pk in wanted
        and line.asked_in_revision <= payload["revision"]
        and line.state != LineState.CANCELLED
    }


def _agreed_line(line: PurchaseOrderLine, row: dict[str, Any], zone: ZoneInfo) -> AgreedLine:
    return AgreedLine(
        odoo_id=line.odoo_id,
        quantity=Decimal(row["quantity"]),
        unit_price=Decimal(row["unit_price"]),
        discount=line.discount,
        planned_at=_planned_at(date.fromisoformat(row["on"]), line.planned_at, zone),
        # What the portal knows Odoo to hold: anything else there is somebody's change we have not read yet.
        base_quantity=line.quantity,
        base_unit_price=line.unit_price,
        base_planned_at=line.planned_at,
    )


def agreed_before(lines: Lines, zone: ZoneInfo, *, but: Collection[int]) -> list[AgreedLine]:
    """Return what earlier rounds agreed, as Odoo has to hold it before all of it is confirmed at once.

    It is looked at, never written again: whoever changed it, or gave up sending it, did so on purpose. *but*
    are the ids of lines that other messages bring.
    """
    found = []
    for line in lines:
        on = line.asked_on or line.promised_on
        if on and line.state in LineState.settled() and line.pk not in but and not line.awaited_change:
            planned_at = _planned_at(on, line.planned_at, zone)
            found.append(
                AgreedLine(
                    odoo_id=line.odoo_id,
                    quantity=line.asked_quantity,
                    unit_price=line.asked_price,
                    discount=line.discount,
                    planned_at=planned_at,
                    base_quantity=line.asked_quantity,
                    base_unit_price=line.asked_price,
                    base_planned_at=planned_at,
                )
            )
    return found


def _planned_at(day: date, planned_at: datetime | None, zone: ZoneInfo) -> datetime:
    """Return the moment Odoo stores for a day: its own when the day is the same, else noon there.

    Noon in the ship-to zone, because Odoo shows dates in each user's zone, and noon is the same day for
    nearly all of them.
    """
    if planned_at is not None and planned_at.astimezone(zone).date() == day:
        return planned_at
    return datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)


def first_arrival(lines: Lines, agreed: dict[int, AgreedLine]) -> datetime | None:
    """Return when goods will first arrive: the earliest line that is still to come."""
    moments = [line.planned_at for line in agreed.values()]
    moments += [
        line.planned_at
        for line in lines
        if line.pk not in agreed
        and line.state not in {LineState.CANCELLED, LineState.REFUSED}
        and line.planned_at is not None
        and line.received < line.quantity
    ]
    return min(moments, default=None)


def mirror(lines: Lines, agreed: dict[int, AgreedLine], zone: ZoneInfo, *, at: datetime) -> None:
    """Note that Odoo holds these values now (they were read back), so that the feed's echo is no news."""
    differing, watch = [], DateWatch(line for line in lines if line.pk in agreed)
    for line in lines:
        if line.pk in agreed:
            written = agreed[line.pk]
            day = written.planned_at.astimezone(zone).date()
            now = (written.quantity, written.unit_price, written.planned_at, day)
            if (line.quantity, line.unit_price, line.planned_at, line.expected_on) != now:
                line.quantity, line.unit_price, line.planned_at, line.expected_on = now
                differing.append(line)
    if differing:
        save_together(differing, ["quantity", "unit_price", "planned_at", "expected_on"])
        watch.store(Cause("Quayside, as agreed", at))
