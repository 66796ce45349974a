"""Working time: how much of it lies between two moments, and when so much of it has passed. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from suppliers.calendars.holidays import public_holidays

_DAY = timedelta(days=1)
_NONE = timedelta(0)
# Nobody is closed for so long; a calendar that says so would otherwise be searched for ever.
_LONGEST_CLOSURE = 3 * 366

MINUTES_OF_A_DAY = 24 * 60


class NeverOpen(Exception):
    """The calendar has no working time within three years: somebody must correct it."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a working day, in minutes since midnight of the supplier's clock; 1440 is its end."""

    opens: int
    closes: int

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the two moments, in UTC, that this stretch means on one day."""
        return _moment(day, self.opens, zone), _moment(day, self.closes, zone)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days, first and last included, on which a supplier does not work for reasons of its own."""

    first_day: date
    last_day: date
    reason: str = ""


# Monday to Friday from 8 to 17 with an hour at noon: what is assumed of a supplier that said nothing.
_USUAL_DAY = (Span(8 * 60, 12 * 60), Span(13 * 60, 17 * 60))
USUAL_WEEK: tuple[tuple[Span, ...], ...] = (_USUAL_DAY,) * 5 + ((), ())


@dataclass(frozen=True, slots=True)
class Calendar:
    """When somebody works. *week* begins with Monday; *country* is empty when no public holidays count."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...] = USUAL_WEEK
    country: str = ""
    subdivision: str = ""
    closures: tuple[Closure, ...] = field(default=())

    def why_closed(self, day: date) -> str:
        """Say why nobody works on a day, empty when somebody does."""
        for closure in self.closures:
            if closure.first_day <= day <= closure.last_day:
                return closure.reason or "Closed"
        if self.country and (name := public_holidays(self.country, self.subdivision, day.year).get(day)):
            return name
        return "" if self.week[day.weekday()] else "Not a working day"

    def is_working_day(self, day: date) -> bool:
        """Whether somebody works on this day, be it for an hour."""
        return not self.why_closed(day)

    def spans_on(self, day: date) -> list[tuple[datetime, datetime]]:
        """Return when work begins and ends on a day, in UTC; none when it is closed."""
        if self.why_closed(day):
            return []
        return [span.on(day, self.zone) for span in self.week[day.weekday()]]

    def day_of(self, moment: datetime) -> date:
        """Return the date that a moment has on the supplier's clock."""
        return moment.astimezone(self.zone).date()


def working_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return how much working time lies between two moments; none when the end is before the start.

    Aware datetimes of any zone. Hours are real ones: a night on which the clock is put back has one more.
    """
    total, day, last = _NONE, calendar.day_of(start), calendar.day_of(end)
    while day <= last:
        for opens, closes in calendar.spans_on(day):
            total += max(_NONE, min(closes, end) - max(opens, start))
        day += _DAY
    return total


def after_working_time(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """Return the moment, in UTC, at which *amount* of working time has passed since *start*.

    No time at all has passed at *start* itself. What ends with a working day ends then, not when the next
    one begins. Raises NeverOpen.
    """
    if amount <= _NONE:
        return start.astimezone(UTC)
    left = amount
    for opens, closes in _spans_from(calendar, start):
        begins = max(opens, start)
        if closes - begins >= left:
            return begins + left
        left -= max(_NONE, closes - begins)
    raise NeverOpen


def next_opening(calendar: Calendar, moment: datetime) -> datetime:
    """Return the moment itself, in UTC, when somebody works then, or when work begins next.

    Raises NeverOpen.
    """
    for opens, closes in _spans_from(calendar, moment):
        if closes > moment:
            return max(opens, moment.astimezone(UTC))
    raise NeverOpen


def working_days(calendar: Calendar, first: date, last: date) -> int:
    """Count the working days after *first* up to and with *last*; negative when *last* comes before.

    From Friday to the next Monday it is one, from Monday to the Friday before minus one.
    """
    if last < first:
        return -working_days(calendar, last, first)
    days = (first + _DAY * number for number in range(1, (last - first).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def after_working_days(calendar: Calendar, day: date, count: int) -> date:
    """Return the working day that lies *count* working days after a day (before it, when negative).

    No days at all is the day itself, working or not. Raises NeverOpen.
    """
    step = _DAY if count > 0 else -_DAY
    left, closed = abs(count), 0
    while left:
        day += step
        if calendar.is_working_day(day):
            left, closed = left - 1, 0
        elif (closed := closed + 1) > _LONGEST_CLOSURE:
            raise NeverOpen
    return day


def _spans_from(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield working time from the day of *start* on, as long as there is some to come."""
    day, closed = calendar.day_of(start), 0
    while closed <= _LONGEST_CLOSURE:
        spans = calendar.spans_on(day)
        closed = 0 if spans else closed + 1
        yield from spans
        day += _DAY


def _moment(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return a time of day as a moment; one that a change of the clock leaves out means the one after it."""
    local = datetime.combine(day, time(0)) + timedelta(minutes=minutes)
    return local.replace(tzinfo=zone).astimezone(UTC)
