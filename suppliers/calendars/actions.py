"""A supplier says when it works: hours of the week, holidays, closed days."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from suppliers.calendars.holidays import countries, is_known
from suppliers.calendars.models import ClosedDays, SupplierCalendar
from suppliers.calendars.rules import MINUTES_OF_A_DAY, Span
from suppliers.calendars.wording import DAYS, days_text, place_text, week_text
from suppliers.journal.actions import Happening, note
from suppliers.people.models import Supplier, User
from suppliers.refusal import IllegalMove, Problem, Refused

_LONGEST = timedelta(days=366)
Week = Sequence[Sequence[Span]]


@transaction.atomic
def set_working_hours(
    supplier: Supplier,
    *,
    time_zone: str,
    country: str,
    subdivision: str,
    week: Week,
    by: User,
    at: datetime,
) -> SupplierCalendar:
    """Say when a supplier works. *week* has seven days from Monday, each with stretches in their order.

    Deadlines that run already keep their moment. Raises Refused naming every problem.
    """
    problems = [*_wrong_place(time_zone, country, subdivision), *problems_of_week(week)]
    if problems:
        raise Refused(problems)
    Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
    before = SupplierCalendar.objects.filter(supplier=supplier).first()
    calendar, _ = SupplierCalendar.objects.update_or_create(
        supplier=supplier,
        defaults={
            "time_zone": time_zone,
            "country": country,
            "subdivision": subdivision,
            "week": [[[span.opens, span.closes] for span in day] for day in week],
        },
    )
    changes = _changes(before, calendar)
    if changes:
        happening = Happening("hours.set", f"{by} set the working hours of {supplier}.", changes)
        note(supplier, happening, by=by, at=at)
    return calendar


@transaction.atomic
def close_days(
    supplier: Supplier, *, first_day: date, last_day: date, reason: str, by: User, at: datetime
) -> ClosedDays:
    """Say that a supplier does not work from one day to another, both included. The same twice is one.

    Raises Refused naming every problem.
    """
    if problems := _wrong_days(first_day, last_day):
        raise Refused(problems)
    Supplier.objects.select_for_update(no_key=True).get(pk=supplier.pk)
    closed, created = ClosedDays.objects.get_or_create(
        supplier=supplier, first_day=first_day, last_day=last_day, defaults={"reason": reason.strip()[:100]}
    )
    if created:
        sentence = f"{supplier} is closed {days_text(first_day, last_day)}."
        note(supplier, Happening("hours.closed", sentence, reason=closed.reason), by=by, at=at)
    return closed


@transaction.atomic
def open_days(closed: ClosedDays, *, by: User, at: datetime) -> None:
    """Take closed days back. Raises IllegalMove when somebody else did so already."""
    held = ClosedDays.objects.select_for_update(of=("self",)).select_related("supplier").filter(pk=closed.pk)
    found = held.first()
    if found is None:
        raise IllegalMove("These closed days were removed already.")
    sentence = f"{found.supplier} is not closed {days_text(found.first_day, found.last_day)} after all."
    note(found.supplier, Happening("hours.opened", sentence), by=by, at=at)
    found.delete()


def problems_of_week(week: Week) -> list[Problem]:
    """Everything that is wrong with the hours of a week."""
    problems = []
    for number, (name, spans) in enumerate(zip(DAYS, week, strict=True)):
        ends_at = 0
        for span in spans:
            if not 0 <= span.opens < span.closes <= MINUTES_OF_A_DAY:
                problems.append(Problem(f"day{number}", "", f"{name}: work ends after it begins"))
            elif span.opens < ends_at:
                problems.append(
                    Problem(f"day{number}", "", f"{name}: the second hours begin after the first")
                )
            ends_at = max(ends_at, span.closes)
    if not any(week):
        problems.append(Problem("week", "no hours at all", "At least one day has working hours"))
    return problems


def _wrong_place(time_zone: str, country: str, subdivision: str) -> list[Problem]:
    problems = []
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        problems.append(Problem("time_zone", time_zone, "A time zone from the list is needed"))
    if country and country not in countries():
        problems.append(Problem("country", country, "A country from the list is needed"))
    elif subdivision and not (country and is_known(country, subdivision)):
        problems.append(Problem("subdivision", subdivision, "A region of that country is needed"))
    return problems


def _wrong_days(first_day: date, last_day: date) -> list[Problem]:
    if last_day < first_day:
        return [Problem("last_day", last_day.isoformat(), "The last day is not before the first")]
    if last_day - first_day > _LONGEST:
        return [Problem("last_day", last_day.isoformat(), "Closed days last a year at most")]
    return []


def _changes(before: SupplierCalendar | None, after: SupplierCalendar) -> tuple[dict[str, str], ...]:
    def facts(row: SupplierCalendar | None) -> dict[str, str]:
        if row is None:
            return {}
        return {
            "time zone": row.time_zone,
            "public holidays": place_text(row.country, row.subdivision),
            "working hours": week_text(row.week),
        }

    old = facts(before)
    return tuple(
        {"what": what, "old": old.get(what, ""), "new": new}
        for what, new in facts(after).items()
        if old.get(what) != new
    )
