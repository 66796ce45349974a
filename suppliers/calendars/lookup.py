"""The calendars of suppliers as the rules take them: three queries, for however many suppliers."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from zoneinfo import ZoneInfo

from suppliers.calendars.assumed import assumed_calendar
from suppliers.calendars.models import ClosedDays, SupplierCalendar
from suppliers.calendars.rules import Calendar, Closure, Span
from suppliers.people.models import Supplier


def calendar_of(supplier: Supplier) -> Calendar:
    """Return when a supplier works, as it said or as is assumed of it."""
    return calendars_of([supplier.pk])[supplier.pk]


def calendars_of(supplier_ids: Collection[int], *, since: date | None = None) -> dict[int, Calendar]:
    """Return when each of these suppliers works; closed days that ended before *since* may be left out."""
    wanted = set(supplier_ids)
    said = {row.supplier_id: row for row in SupplierCalendar.objects.filter(supplier__in=wanted)}
    closures: dict[int, list[Closure]] = defaultdict(list)
    days = ClosedDays.objects.filter(supplier__in=wanted)
    for row in days.filter(last_day__gte=since) if since else days:
        closures[row.supplier_id].append(Closure(row.first_day, row.last_day, row.reason))
    silent = wanted - said.keys()
    vats = dict(Supplier.objects.filter(pk__in=silent).values_list("pk", "vat")) if silent else {}
    return {
        pk: as_rule(said[pk], closures[pk]) if pk in said else _assumed(vats.get(pk, ""), closures[pk])
        for pk in wanted
    }


def as_rule(row: SupplierCalendar, closures: Iterable[Closure] = ()) -> Calendar:
    """Return a stored calendar as the rules take it."""
    return Calendar(
        zone=ZoneInfo(row.time_zone),
        week=tuple(tuple(Span(*span) for span in day) for day in row.week),
        country=row.country,
        subdivision=row.subdivision,
        closures=tuple(closures),
    )


def _assumed(vat: str, closures: Iterable[Closure]) -> Calendar:
    calendar = assumed_calendar(vat)
    return Calendar(calendar.zone, calendar.week, calendar.country, closures=tuple(closures))
