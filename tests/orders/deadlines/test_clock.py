"""When a clock begins and ends: from the first mail that arrived to the first answer."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest

from orders.deadlines.actions import start_clocks, stop_clocks
from orders.deadlines.lifecycle import DeadlineKind, Ending, StepState
from orders.deadlines.models import AnswerTerms, Deadline, Step
from orders.purchasing.actions import accept_order, ask_to_confirm_again, decline_lines
from orders.purchasing.lifecycle import OrderState, OrderSummary
from orders.purchasing.mail import tell_supplier_of_change, tell_supplier_of_new_order
from orders.purchasing.models import Answer, PurchaseOrder
from suppliers.calendars.actions import set_working_hours
from suppliers.calendars.rules import USUAL_WEEK
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories
from tests.orders.deadlines.conftest import BACKUP, BUYER, DUE, HALF, MANAGER, MONDAY, NEARLY, at


def tell(order, when=MONDAY):
    tell_supplier_of_new_order(order, list(order.lines.all()), at=when)


def accept(order, by, when):
    return accept_order(order, by=by, revision=order.revision, submission=uuid.uuid4(), at=when)


def test_it_begins_with_the_first_mail_that_was_delivered(cast, order, deliver, keep):
    tell(order)
    keep(at(23, 11))
    assert not Deadline.objects.exists()  # written, not sent

    deliver(MONDAY + timedelta(hours=1), to=[cast.olivia])
    deliver(MONDAY, to=[cast.alice])
    keep(at(23, 12))
    deadline = Deadline.objects.get()
    assert deadline.started_at == MONDAY
    assert deadline.due_at == DUE
    assert deadline.hours == 24
    assert list(deadline.steps.values_list("due_at", flat=True)) == [
        HALF,
        NEARLY,
        DUE,
        BACKUP,
        BUYER,
        MANAGER,
    ]


def test_running_twice_starts_one_clock(asked, keep):
    keep(at(23, 12))
    keep(at(23, 12))
    assert Deadline.objects.count() == 1
    assert Step.objects.count() == 6


def test_it_runs_in_the_supplier_s_hours_and_over_its_holidays(cast, order, deliver, keep):
    set_working_hours(
        cast.acme,
        time_zone="Asia/Tokyo",
        country="JP",
        subdivision="",
        week=USUAL_WEEK,
        by=cast.olivia,
        at=MONDAY,
    )
    tell(order)
    # Monday 10:00 in Brussels is 18:00 in Tokyo, and 23 November is Labour Thanksgiving there.
    deliver(MONDAY)
    keep(at(23, 12))
    # Tuesday, Wednesday and Thursday from 8 to 17 in Tokyo: until Thursday 9:00 in Brussels.
    assert Deadline.objects.get().due_at == at(26, 9)


def test_what_the_supplier_changes_later_moves_no_deadline(cast, asked, keep):
    factories.closed_days(cast.acme, first_day=date(2026, 11, 24), last_day=date(2026, 11, 26))
    keep(at(24, 9))
    asked.refresh_from_db()
    assert asked.due_at == DUE


def test_terms_of_the_supplier_come_before_those_of_the_company(cast, order, deliver, keep):
    terms = {"company": cast.northwind, "starts_on": date(2026, 1, 1)}
    AnswerTerms.objects.create(hours=16, **terms)
    AnswerTerms.objects.create(hours=8, interval=2, supplier=cast.acme, **terms)
    AnswerTerms.objects.create(
        hours=1, supplier=cast.acme, company=cast.northwind, starts_on=date(2027, 1, 1)
    )
    AnswerTerms.objects.create(hours=2, supplier=cast.globex, **terms)
    other = factories.order(cast.globex, factories.company("Elsewhere"))
    tell(order)
    tell(other)
    deliver(MONDAY)
    keep(at(23, 11))
    deadline = Deadline.objects.get(order=order)
    assert (deadline.hours, deadline.interval) == (8, 2)
    assert deadline.due_at == at(24, 10)


def test_the_first_answer_stops_everything(cast, order, asked, keep):
    accept(order, cast.alice, at(24, 9))
    keep(at(24, 16))
    asked.refresh_from_db()
    assert (asked.ending, asked.ended_at) == (Ending.ANSWERED, at(24, 9))
    assert set(Step.objects.values_list("state", flat=True)) == {StepState.CANCELLED}


def test_an_answer_to_a_part_stops_it_too(answer, lines, part, order, asked, keep):
    answer({lines[0]: [part()]}, at=at(24, 9))
    keep(at(24, 16))
    asked.refresh_from_db()
    assert asked.ending == Ending.ANSWERED
    order.refresh_from_db()
    assert order.summary == OrderSummary.PARTLY_ANSWERED


@pytest.mark.parametrize(
    "change",
    [{"state": OrderState.CANCELLED}, {"summary": OrderSummary.CLOSED}, {"summary": OrderSummary.AGREED}],
)
def test_an_order_that_needs_no_answer_any_more_stops_it(order, asked, keep, change):
    PurchaseOrder.objects.update(**change)
    keep(at(24, 16))
    asked.refresh_from_db()
    assert (asked.ending, asked.ended_at) == (Ending.CLOSED, at(24, 16))


def test_asking_again_begins_a_new_clock(order, asked, deliver, keep):
    order.revision = 2
    order.save()
    tell_supplier_of_change(order, [], at=at(25, 9))
    deliver(at(25, 9))
    keep(at(25, 10))
    asked.refresh_from_db()
    assert asked.ending == Ending.OVERTAKEN
    fresh = Deadline.objects.running().get()
    assert (fresh.revision, fresh.started_at) == (2, at(25, 9))
    assert not asked.steps.filter(state=StepState.PLANNED).exists()


def test_a_decline_asks_again_and_an_approval_does_not(cast, order, asked, proposal, deliver, keep):
    # Alice proposed, on the order's first day; Bea declines a day later.
    keep(at(24, 9))
    decline_lines(order, by=cast.bea, answer_ids=[proposal.pk], reason="No.", at=at(24, 10))
    deliver(at(24, 10))
    keep(at(24, 11))
    assert Deadline.objects.running().get().started_at == at(24, 10)


def test_mail_that_arrives_after_the_answer_starts_none(cast, order, deliver, keep):
    tell(order)
    accept(order, cast.alice, MONDAY + timedelta(minutes=2))
    deliver(MONDAY + timedelta(minutes=5))
    keep(at(23, 11))
    assert not Deadline.objects.exists()
    assert not Notice.objects.filter(wants_clock=True).exists()


def test_a_mail_that_came_back_hands_the_clock_to_the_next(cast, order, deliver, keep):
    tell(order)
    deliver(MONDAY, to=[cast.alice])
    deliver(at(23, 14), to=[cast.olivia])
    keep(at(23, 15))
    bounce(cast.alice)
    keep(at(23, 16))
    deadline = Deadline.objects.get()
    assert (deadline.started_at, deadline.due_at) == (at(23, 14), at(26, 14))
    assert deadline.steps.count() == 6

    bounce(cast.olivia)
    keep(at(23, 17))
    deadline.refresh_from_db()
    assert deadline.ending == Ending.UNDELIVERED
    assert not deadline.steps.filter(state=StepState.PLANNED).exists()


def bounce(person):
    Notice.objects.filter(to_user=person).update(
        state=NoticeState.BOUNCED, failed_at=MONDAY, wants_clock=True
    )


def test_when_it_reaches_somebody_after_all_the_clock_begins(cast, order, asked, keep):
    for person in (cast.alice, cast.olivia):
        bounce(person)
    keep(at(24, 9))
    Notice.objects.filter(to_user=cast.alice).update(
        state=NoticeState.SENT, sent_at=at(25, 9), wants_clock=True
    )
    keep(at(25, 10))
    asked.refresh_from_db()
    assert (asked.ended_at, asked.started_at) == (None, at(25, 9))
    assert asked.steps.filter(state=StepState.PLANNED).count() == 6


def test_a_word_that_it_still_holds_runs_on_an_agreed_order_and_ends_with_any_answer(
    cast, order, asked, deliver, keep, answer, lines, part
):
    accept(order, cast.alice, at(23, 11))
    keep(at(23, 12))
    factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(30)))
    assert ask_to_confirm_again(order, at=at(24, 9)) == 0  # it was confirmed within these days
    Answer.objects.update(at=at(10, 9))
    assert ask_to_confirm_again(order, at=at(24, 9)) == 2
    deliver(at(24, 9))
    keep(at(24, 10))
    deadline = Deadline.objects.running().get()
    assert deadline.kind == DeadlineKind.RECONFIRM

    keep(at(25, 10))
    assert Deadline.objects.running().exists()
    answer({lines[0]: [part(on=date(2026, 12, 20))]}, at=at(25, 11))
    keep(at(25, 12))
    assert not Deadline.objects.running().exists()


def test_a_thousand_orders_take_as_many_queries_as_ten(cast, deliver, django_assert_max_num_queries):
    for count in (3, 12):
        for _ in range(count):
            tell(factories.order(cast.acme, cast.northwind, lines=1))
        deliver(MONDAY)
        with django_assert_max_num_queries(20):
            start_clocks(now=at(23, 11))
        with django_assert_max_num_queries(5):
            stop_clocks(now=at(23, 11))
