"""The clock on a word that what is near still comes as agreed: its hours, its reminders, and all its ends.

Alice agreed on 9 November; both lines are wanted on Tuesday 1 December, and asked about on Monday the 23rd.
"""

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from orders.deadlines.actions import set_answer_terms
from orders.deadlines.drafts import TermsDraft
from orders.deadlines.lifecycle import DeadlineKind, Ending, StepState
from orders.deadlines.models import Deadline
from orders.purchasing.actions import accept_order, ask_to_confirm_again
from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary
from orders.purchasing.mail import tell_supplier_of_change
from orders.purchasing.models import PurchaseOrder
from suppliers.alerts.engine import run_rules
from suppliers.alerts.models import Alert
from suppliers.notices.models import Notice
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories
from tests.orders.deadlines.conftest import DUE, HALF, MONDAY, NEARLY, at

DELIVERY = date(2026, 12, 1)


def confirm(order, by, when):
    order.refresh_from_db()
    return accept_order(order, by=by, revision=order.revision, submission=uuid.uuid4(), at=when)


@pytest.fixture
def again(cast, order, deliver, keep) -> Deadline:
    """Both lines were asked about on Monday at ten; the mail arrived and the clock runs."""
    order.lines.update(asked_on=DELIVERY, expected_on=DELIVERY, requested_on=DELIVERY)
    confirm(order, cast.alice, datetime(2026, 11, 9, 9, tzinfo=MONDAY.tzinfo))
    factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(10)))
    assert ask_to_confirm_again(order, at=MONDAY) == 2
    deliver(MONDAY)
    keep(MONDAY + timedelta(minutes=1))
    return Deadline.objects.running().get()


def test_it_runs_as_long_as_for_any_answer_unless_something_else_is_said(again):
    assert (again.kind, again.hours, again.due_at) == (DeadlineKind.RECONFIRM, 24, DUE)


def test_there_may_be_another_time_for_it(cast, order, max_, deliver, keep):
    draft = TermsDraft(
        hours=24, again_hours=8, interval=4, starts_on=MONDAY.date(), reason="It cannot wait so long"
    )
    set_answer_terms(
        cast.northwind, by=max_, supplier_id=None, draft=draft, after=0, submission=uuid.uuid4(), at=MONDAY
    )
    order.lines.update(asked_on=DELIVERY, expected_on=DELIVERY, state=LineState.AGREED)
    factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(10)))
    ask_to_confirm_again(order, at=MONDAY)
    deliver(MONDAY)
    keep(MONDAY + timedelta(minutes=1))
    deadline = Deadline.objects.get()
    assert (deadline.hours, deadline.due_at) == (8, at(24, 10))


def test_reminders_say_what_is_asked_and_then_others_are_told(cast, again, keep, told):
    for moment in (HALF, NEARLY, DUE):
        keep(moment)
    assert told() == ["Alice Sales"] * 3
    first = Notice.objects.filter(event="order_reminder").order_by("pk").first()
    assert "Half of the time to confirm this order again is over" in first.text
    assert "Confirm again or propose a change" in first.text
    run_rules(now=DUE)
    alert = Alert.objects.get(code="order.answer_overdue")
    assert alert.sentence.startswith("Acme Fasteners GmbH has not confirmed again that order")
    keep(at(27, 10))
    mail = Notice.objects.get(event="order_silent")
    assert "has not confirmed again order" in mail.subject
    assert "whether what is near still comes as agreed" in mail.text


def test_the_first_answer_ends_it_and_the_alert(cast, order, again, keep):
    run_rules(now=DUE)
    confirm(order, cast.alice, DUE + timedelta(hours=1))
    keep(DUE + timedelta(hours=2))
    again.refresh_from_db()
    assert (again.ending, again.ended_at) == (Ending.ANSWERED, DUE + timedelta(hours=1))
    assert not again.steps.filter(state=StepState.PLANNED).exists()
    run_rules(now=DUE + timedelta(hours=2))
    assert not Alert.objects.filter(code="order.answer_overdue", cleared_at=None).exists()


@pytest.mark.parametrize(
    "change", [{"state": OrderState.CANCELLED, "summary": OrderSummary.CLOSED}, {"summary": "AGREED"}]
)
def test_an_order_that_needs_no_word_any_more_ends_it(order, again, keep, change):
    PurchaseOrder.objects.update(**change)
    keep(at(24, 16))
    again.refresh_from_db()
    assert (again.ending, again.ended_at) == (Ending.CLOSED, at(24, 16))


def test_when_all_of_it_arrived_it_ends_though_other_lines_wait(order, again, keep):
    order.lines.update(state=LineState.AGREED)
    factories.line(order, sequence=30)  # a new line, to confirm for the first time
    keep(at(24, 16))
    again.refresh_from_db()
    assert again.ending == Ending.CLOSED


def test_a_change_of_the_order_asks_by_a_clock_of_its_own(order, again, deliver, keep):
    order.lines.update(state=LineState.ASKED)
    PurchaseOrder.objects.update(revision=2)
    order.refresh_from_db()
    tell_supplier_of_change(order, [], at=at(24, 9))
    deliver(at(24, 9))
    keep(at(24, 10))
    again.refresh_from_db()
    assert again.ending == Ending.CLOSED
    assert Deadline.objects.running().get().kind == DeadlineKind.ANSWER


def test_mail_that_arrives_after_the_answer_starts_none(cast, order, deliver, keep):
    order.lines.update(asked_on=DELIVERY, expected_on=DELIVERY, state=LineState.AGREED)
    factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(10)))
    ask_to_confirm_again(order, at=MONDAY)
    order.lines.update(state=LineState.AGREED)  # it arrived meanwhile
    deliver(at(23, 15))
    keep(at(23, 16))
    assert not Deadline.objects.exists()
