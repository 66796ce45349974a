"""On which days companies and suppliers work, for policies that count working days."""

from collections.abc import Collection
from zoneinfo import ZoneInfo

from suppliers.calendars.lookup import calendars_of
from suppliers.calendars.rules import Calendar, Closure
from suppliers.policies.models import CompanyCalendar
from suppliers.policies.records import Workdays

# Only days are asked for: a zone would matter for hours.
_ANY_ZONE = ZoneInfo("UTC")


def company_workdays(company_ids: Collection[int]) -> dict[int, Workdays]:
    """Return when these companies work: one query. A company that said nothing works Monday to Friday."""
    if not company_ids:
        return {}
    said = {row.company_id: row for row in CompanyCalendar.objects.filter(company__in=company_ids)}
    return {pk: as_calendar(said.get(pk)) for pk in company_ids}


def supplier_workdays(supplier_ids: Collection[int]) -> dict[int, Workdays]:
    """Return when these suppliers work, as they said or as is assumed of them: three queries."""
    return dict(calendars_of(supplier_ids)) if supplier_ids else {}


def as_calendar(row: CompanyCalendar | None) -> Calendar:
    """Return a company's calendar as the rules take it."""
    if row is None:
        return Calendar(_ANY_ZONE)
    return Calendar(
        _ANY_ZONE,
        country=row.country,
        subdivision=row.subdivision,
        closures=tuple(Closure(day, day) for day in row.closed_days),
    )
