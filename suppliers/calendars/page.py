"""What the page on a supplier's working hours shows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from suppliers.calendars.holidays import public_holidays
from suppliers.calendars.lookup import calendar_of
from suppliers.calendars.models import ClosedDays, SupplierCalendar
from suppliers.calendars.rules import Calendar, NeverOpen, after_working_time
from suppliers.calendars.wording import place_text, week_text
from suppliers.people.models import Role, Supplier, User

MANAGE_HOURS = frozenset({Role.OWNER})

_AHEAD = timedelta(days=365)
_EXAMPLE = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day or more without work: a public holiday, or closed days that may be taken back."""

    first_day: date
    last_day: date
    reason: str
    closed: ClosedDays | None = None


@dataclass(frozen=True, slots=True)
class HoursPage:
    """A supplier's working hours."""

    supplier: Supplier
    calendar: Calendar
    is_assumed: bool
    may_edit: bool
    days_off: list[DayOff]
    hours: str
    holidays_of: str
    example: datetime | None  # when eight working hours from now have passed


def hours_page(supplier: Supplier, user: User, *, now: datetime) -> HoursPage:
    """Read everything the page shows: what was said, or what is assumed, and the days off of a year."""
    calendar = calendar_of(supplier)
    today = calendar.day_of(now)
    closed = ClosedDays.objects.visible_to(user).filter(supplier=supplier, last_day__gte=today)
    days_off = [DayOff(row.first_day, row.last_day, row.reason or "Closed", row) for row in closed]
    days_off += _holidays(calendar, today)
    return HoursPage(
        supplier=supplier,
        calendar=calendar,
        is_assumed=not SupplierCalendar.objects.visible_to(user).filter(supplier=supplier).exists(),
        may_edit=not user.roles_for(supplier).isdisjoint(MANAGE_HOURS),
        days_off=sorted(days_off, key=lambda day: (day.first_day, day.last_day)),
        hours=week_text([[(span.opens, span.closes) for span in day] for day in calendar.week]),
        holidays_of=place_text(calendar.country, calendar.subdivision),
        example=_example(calendar, now),
    )


def _holidays(calendar: Calendar, today: date) -> list[DayOff]:
    """Return the public holidays of the year to come that fall on what would be working days."""
    if not calendar.country:
        return []
    found = {
        day: name
        for year in (today.year, today.year + 1)
        for day, name in public_holidays(calendar.country, calendar.subdivision, year).items()
    }
    return [
        DayOff(day, day, name)
        for day, name in found.items()
        if today <= day <= today + _AHEAD and calendar.week[day.weekday()]
    ]


def _example(calendar: Calendar, now: datetime) -> datetime | None:
    try:
        return after_working_time(calendar, now, _EXAMPLE)
    except NeverOpen:
        return None
