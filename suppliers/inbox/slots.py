"""When a digest is due: on the hour, on a working morning, on the first one of a week. Pure."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from suppliers.calendars.rules import Calendar
from suppliers.notices.frequency import Frequency

_DAY = timedelta(days=1)
# Whoever is closed longer gets what was collected with the first morning afterwards.
_LONGEST_CLOSURE = 370


def latest_slot(frequency: Frequency, calendar: Calendar, now: datetime) -> datetime | None:
    """Return the last time, up to *now*, at which such a digest was due; None when there was none in a year.

    What was written before that time goes out with it, so a time that was missed is made up for.
    """
    if frequency == Frequency.HOURLY:
        return now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    day = calendar.day_of(now)
    for _ in range(_LONGEST_CLOSURE):
        morning = _morning(calendar, day)
        if morning and morning <= now and (frequency == Frequency.DAILY or _is_first_of_week(calendar, day)):
            return morning
        day -= _DAY
    return None


def zone_of(name: str) -> ZoneInfo:
    """Return a person's time zone; one that this machine does not know is taken for UTC."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def _morning(calendar: Calendar, day: date) -> datetime | None:
    spans = calendar.spans_on(day)
    return spans[0][0] if spans else None


def _is_first_of_week(calendar: Calendar, day: date) -> bool:
    monday = day - _DAY * day.weekday()
    return not any(calendar.is_working_day(monday + _DAY * number) for number in range(day.weekday()))
