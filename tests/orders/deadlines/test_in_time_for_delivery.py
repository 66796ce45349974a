"""Whether what is near still comes as agreed is to be said before it should have come.

Everybody works Monday to Friday from 8 to 12 and from 13 to 17; usually there are 24 working hours to answer.
"""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from orders.deadlines.lifecycle import DeadlineKind, Ending, StepCode
from orders.deadlines.models import Deadline
from orders.deadlines.rules import Arrival, Terms, plan
from orders.purchasing.actions import accept_order, approve_lines, ask_to_confirm_again
from orders.purchasing.models import LineAnswer
from suppliers.calendars.rules import Calendar, Closure
from suppliers.notices.models import Notice
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories
from tests.orders.deadlines.conftest import BRUSSELS, MONDAY, at

CALENDAR = Calendar(BRUSSELS)
TERMS = Terms(hours=24, interval=4)


def due(started_at, day, calendar=CALENDAR, zone=BRUSSELS, terms=TERMS):
    """Plan an answer about what is due on a day of November 2026."""
    arrival = Arrival.on(date(2026, 11, day), zone)
    return plan(calendar, started_at, terms, DeadlineKind.RECONFIRM, arrival)


@pytest.mark.parametrize(
    ("started_at", "day", "expected", "is_sooner"),
    [
        (at(23, 10), 27, at(26, 10), False),  # there is time enough
        (at(23, 10), 26, at(25, 17), True),  # on Thursday: until the end of Wednesday
        (at(23, 10), 24, at(23, 17), True),
        (at(20, 10), 23, at(20, 17), True),  # on Monday: until the end of Friday, whatever the weekend
        (at(20, 16, 30), 23, at(23, 17), True),  # half an hour is no time: until the end of the day itself
        (at(21, 9), 23, at(23, 17), True),  # asked on a Saturday
        (at(23, 7), 23, at(23, 17), True),  # asked on the very day
        (at(21, 9), 22, at(22, 9), True),  # nobody works before: 24 hours by the clock
        (at(21, 9), 21, at(22, 0), True),  # nor today: until the day is over
        (at(23, 18), 23, at(24, 0), True),
        (at(23, 23, 30), 23, at(26, 17), False),  # too late for anything: the usual time
        (at(24, 9), 23, at(27, 9), False),  # the mail came after the goods
    ],
)
def test_an_answer_is_due_before_the_goods_and_never_before_it_is_asked(started_at, day, expected, is_sooner):
    found = due(started_at, day)
    assert (found.due_at, found.is_sooner) == (expected, is_sooner)
    assert found.due_at > started_at


def test_steps_keep_their_places_in_the_time_that_is_left():
    steps = dict(due(at(23, 10), 24).steps)  # six working hours
    assert steps[StepCode.HALF] == at(23, 14)
    assert steps[StepCode.NEARLY] == at(23, 16, 24)
    assert steps[StepCode.BACKUP] == at(24, 12)


def test_the_day_is_that_of_the_place_where_the_goods_go():
    """On the 24th in Tokyo it is still the 23rd, 16:00, in Brussels."""
    assert due(at(23, 10), 24, zone=ZoneInfo("Asia/Tokyo")).due_at == at(23, 16)


def test_closed_days_count_for_nothing():
    closed = Calendar(BRUSSELS, closures=(Closure(date(2026, 11, 25), date(2026, 11, 25)),))
    assert due(at(23, 10), 26, closed).due_at == at(24, 17)


def test_who_is_closed_for_years_has_an_ordinary_week():
    closed = Calendar(BRUSSELS, closures=(Closure(date(2026, 11, 1), date(2036, 11, 1)),))
    assert due(at(23, 10), 23, closed).due_at == at(24, 0)
    assert due(at(24, 9), 23, closed).due_at == at(27, 9)


def test_less_than_an_hour_to_answer_stays_what_it_is():
    assert due(at(23, 16), 24, terms=Terms(hours=1)).due_at == at(23, 17)


@pytest.fixture
def near(cast, order, lines, part, answer):
    """Both lines were agreed on: the first comes on Wednesday 25 and Friday 27, the second in December."""
    parts = [part("4", on=date(2026, 11, 25)), part("6", on=date(2026, 11, 27))]
    said = datetime(2026, 11, 9, 9, tzinfo=BRUSSELS)
    answer({lines[0]: parts, lines[1]: [part()]}, at=said)
    proposal = LineAnswer.objects.get(state="PENDING")
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=said)
    order.lines.filter(pk=lines[0].pk).update(expected_on=date(2026, 11, 25))
    factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(2)))
    return order


def ask(order, when, deliver, keep) -> Deadline:
    assert ask_to_confirm_again(order, at=when) == 1
    deliver(when)
    keep(when + timedelta(minutes=1))
    return Deadline.objects.running().get()


def test_the_clock_ends_before_the_delivery_and_says_so(cast, near, deliver, keep, as_):
    clock = ask(near, MONDAY, deliver, keep)
    assert (clock.due_at, clock.hours, clock.delivery_on) == (at(24, 17), 24, date(2026, 11, 25))
    page = as_(cast.alice).get(reverse("deadlines:sent", args=[near.pk])).content.decode()
    assert "In time for the delivery on" in page


def test_what_the_buyer_is_told_names_the_delivery(near, deliver, keep):
    ask(near, MONDAY, deliver, keep)
    for moment in (at(24, 17), at(25, 12), at(25, 17)):
        keep(moment)
    text = Notice.objects.filter(event="order_silent").first().text
    assert "in time for the delivery on 2026-11-25, from" in text
    assert "24 of its working hours" not in text


def test_the_next_delivery_has_a_clock_of_its_own(cast, near, deliver, keep):
    first = ask(near, MONDAY, deliver, keep)
    near.refresh_from_db()
    accept_order(near, by=cast.alice, revision=near.revision, submission=uuid.uuid4(), at=at(23, 12))
    keep(at(23, 12, 5))
    first.refresh_from_db()
    assert first.ending == Ending.ANSWERED
    second = ask(near, at(25, 10), deliver, keep)
    assert (second.due_at, second.delivery_on) == (at(26, 17), date(2026, 11, 27))


def test_silence_about_the_first_is_no_reason_to_wait_for_longer(near, deliver, keep):
    first = ask(near, MONDAY, deliver, keep)
    second = ask(near, at(25, 7), deliver, keep)
    first.refresh_from_db()
    assert first.ending == Ending.OVERTAKEN
    assert (second.due_at, second.delivery_on) == (at(25, 17), date(2026, 11, 25))


def test_an_order_to_answer_for_the_first_time_is_not_capped(asked):
    assert asked.delivery_on is None
