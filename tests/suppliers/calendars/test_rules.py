"""Working time: weekends, holidays, changes of the clock, and readers in other zones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from suppliers.calendars.assumed import assumed_calendar
from suppliers.calendars.rules import (
    USUAL_WEEK,
    Calendar,
    Closure,
    NeverOpen,
    Span,
    after_working_days,
    after_working_time,
    next_opening,
    working_days,
    working_time,
)

BERLIN, TOKYO, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")
GERMAN = Calendar(BERLIN, country="DE")
ALWAYS = Calendar(BERLIN, week=((Span(0, 1440),),) * 7)


def at(day: int, hour: int, minute: int = 0, *, month: int = 11, zone=BERLIN) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=zone)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("start", "amount", "end"),
    [
        (at(25, 9), 2, at(25, 11)),  # within a morning
        (at(25, 11), 2, at(25, 14)),  # over the break at noon
        (at(25, 16), 2, at(26, 9)),  # over the night
        (at(25, 12, 30), 1, at(25, 14)),  # told during the break: it begins afterwards
        (at(25, 8), 8, at(25, 17)),  # ends with the day, not when the next one begins
        (at(27, 16), 2, at(30, 9)),  # Friday to Monday
        (at(28, 10), 1, at(30, 9)),  # told on a Saturday
        (at(25, 3), 1, at(25, 9)),  # told at night
        (at(25, 8), 24, at(27, 17)),  # three whole days
        (at(24, 16, month=12), 2, datetime(2026, 12, 28, 9, tzinfo=BERLIN)),  # over Christmas, a weekend too
        (at(25, 9), 0, at(25, 9)),
    ],
)
def test_so_much_working_time_later(start, amount, end):
    assert after_working_time(GERMAN, start, hours(amount)) == end
    assert working_time(GERMAN, start, end) == hours(amount)


def test_no_time_passes_before_the_start_and_a_moment_has_no_length():
    assert working_time(GERMAN, at(25, 11), at(25, 9)) == hours(0)
    assert working_time(GERMAN, at(25, 9), at(25, 9)) == hours(0)


def test_the_zone_of_who_asks_changes_nothing():
    start = at(25, 16)
    same = start.astimezone(TOKYO)
    assert after_working_time(GERMAN, same, hours(2)) == after_working_time(GERMAN, start, hours(2))
    assert working_time(GERMAN, same, at(26, 9).astimezone(NEW_YORK)) == hours(2)


def test_the_day_is_that_of_the_supplier_s_clock():
    # Sunday evening in New York is Monday morning in Tokyo.
    japanese = Calendar(TOKYO)
    assert after_working_time(japanese, datetime(2026, 11, 29, 19, tzinfo=NEW_YORK), hours(1)) == datetime(
        2026, 11, 30, 10, tzinfo=TOKYO
    )


@pytest.mark.parametrize(
    ("day", "length"),
    [
        (date(2026, 3, 29), 23),  # clocks go forward
        (date(2026, 10, 25), 25),  # clocks go back
        (date(2026, 10, 26), 24),
    ],
)
def test_hours_are_real_ones_when_the_clock_changes(day, length):
    midnight = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
    following = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=BERLIN)
    assert working_time(ALWAYS, midnight, following) == hours(length)
    assert after_working_time(ALWAYS, midnight, hours(length)) == following.astimezone(UTC)


def test_an_hour_the_clock_leaves_out_begins_after_it():
    night = Calendar(BERLIN, week=((Span(150, 240),),) * 7)  # 02:30 to 04:00
    assert night.spans_on(date(2026, 3, 29)) == [
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC))
    ]


def test_a_friday_afternoon_before_the_clock_changes():
    assert after_working_time(GERMAN, at(23, 16, month=10), hours(2)) == at(26, 9, month=10)


def test_closed_days_and_holidays_are_skipped_and_named():
    closed = Calendar(
        BERLIN,
        country="DE",
        subdivision="BY",
        closures=(
            Closure(date(2026, 11, 26), date(2026, 11, 27), "Stock-taking"),
            Closure(date(2026, 12, 1), date(2026, 12, 1)),
        ),
    )
    assert after_working_time(closed, at(25, 16), hours(2)) == at(30, 9)
    assert closed.why_closed(date(2026, 11, 27)) == "Stock-taking"
    assert closed.why_closed(date(2026, 12, 1)) == "Closed"
    assert closed.why_closed(date(2026, 12, 25)) == "Christmas Day"
    assert closed.why_closed(date(2026, 11, 28)) == "Not a working day"
    assert closed.why_closed(date(2026, 6, 4)) == "Corpus Christi"
    assert GERMAN.why_closed(date(2026, 6, 4)) == ""
    assert Calendar(BERLIN).is_working_day(date(2026, 12, 25))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(25, 9, 30), at(25, 9, 30)),
        (at(25, 12), at(25, 13)),
        (at(25, 17), at(26, 8)),
        (at(28, 9), at(30, 8)),
    ],
)
def test_when_work_begins_next(moment, opens):
    assert next_opening(GERMAN, moment) == opens


@pytest.mark.parametrize(
    ("first", "last", "count"),
    [
        (date(2026, 11, 27), date(2026, 11, 30), 1),
        (date(2026, 11, 30), date(2026, 11, 27), -1),
        (date(2026, 11, 23), date(2026, 11, 27), 4),
        (date(2026, 11, 27), date(2026, 11, 29), 0),
        (date(2026, 11, 25), date(2026, 11, 25), 0),
        (date(2026, 12, 24), date(2026, 12, 28), 1),  # Christmas and a weekend between
    ],
)
def test_working_days_between(first, last, count):
    assert working_days(GERMAN, first, last) == count


@pytest.mark.parametrize(
    ("day", "count", "found"),
    [
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), -1, date(2026, 11, 27)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
        (date(2026, 12, 23), 2, date(2026, 12, 28)),
        (date(2026, 11, 23), 10, date(2026, 12, 7)),
    ],
)
def test_so_many_working_days_later(day, count, found):
    assert after_working_days(GERMAN, day, count) == found


def test_somebody_who_never_works_is_found_out():
    never = Calendar(BERLIN, week=((),) * 7)
    with pytest.raises(NeverOpen):
        after_working_time(never, at(25, 9), hours(1))
    with pytest.raises(NeverOpen):
        next_opening(never, at(25, 9))
    with pytest.raises(NeverOpen):
        after_working_days(never, date(2026, 11, 25), 1)
    assert working_time(never, at(25, 9), at(30, 9)) == hours(0)


@pytest.mark.parametrize(
    ("vat", "country", "zone"),
    [
        ("DE811569869", "DE", "Europe/Berlin"),
        (" el094259216", "GR", "Europe/Athens"),
        ("XI123456789", "GB", "Europe/London"),
        ("12-3456789", "", "Europe/Brussels"),
        ("", "", "Europe/Brussels"),
    ],
)
def test_what_is_assumed_follows_from_the_vat_number(vat, country, zone):
    calendar = assumed_calendar(vat)
    assert (calendar.country, calendar.zone.key) == (country, zone)
    assert calendar.week == USUAL_WEEK
