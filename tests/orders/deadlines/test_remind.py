"""Reminders and escalation: who is told what and when, each once, and nobody after an answer."""

from datetime import timedelta
from uuid import uuid4

from orders.deadlines import mail
from orders.deadlines.actions import take_steps
from orders.deadlines.lifecycle import StepCode, StepState
from orders.deadlines.models import Deadline, Step
from orders.purchasing.actions import accept_order
from orders.purchasing.mail import tell_supplier_of_new_order
from suppliers.journal.models import JournalEntry
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.people.models import Role, User
from tests import factories
from tests.orders.deadlines.conftest import BACKUP, BUYER, DUE, HALF, MANAGER, MONDAY, NEARLY

ALICE, OLIVIA, BEA, MAX = "Alice Sales", "Olivia Owner", "Bea Buyer", "Max Manager"


def states():
    return dict(Step.objects.values_list("code", "state"))


def test_reminders_go_to_the_first_contact_then_further_and_further(asked, max_, keep, told):
    for moment, names in (
        (HALF - timedelta(minutes=1), []),
        (HALF, [ALICE]),
        (NEARLY, [ALICE] * 2),
        (DUE, [ALICE] * 3),
        (BACKUP, [ALICE] * 3 + [OLIVIA]),
        (BUYER, [ALICE] * 3 + [OLIVIA, BEA]),
        (MANAGER, [ALICE] * 3 + [OLIVIA, BEA, MAX]),
        (MANAGER + timedelta(days=30), [ALICE] * 3 + [OLIVIA, BEA, MAX]),
    ):
        keep(moment)
        assert told() == names
    assert set(states().values()) == {StepState.SENT}


def test_running_twice_mails_once(asked, keep, told):
    for _ in range(3):
        keep(HALF)
    assert told() == [ALICE]


def test_the_unique_key_alone_would_hold(asked, keep, told):
    keep(HALF)
    Step.objects.filter(code=StepCode.HALF).update(state=StepState.PLANNED, done_at=None)
    keep(HALF + timedelta(minutes=1))
    assert told() == [ALICE]


def test_after_a_missed_night_only_the_latest_step_is_taken(asked, keep, told):
    keep(DUE + timedelta(minutes=30))
    assert told() == [ALICE]
    assert "overdue" in Notice.objects.get(event="order_reminder").text
    assert states() | {"x": 1} == {
        "HALF": StepState.SKIPPED,
        "NEARLY": StepState.SKIPPED,
        "OVERDUE": StepState.SENT,
        "BACKUP": StepState.PLANNED,
        "BUYER": StepState.PLANNED,
        "MANAGER": StepState.PLANNED,
        "x": 1,
    }


def test_an_answer_just_before_a_step_wins(cast, order, asked, told):
    accept_order(order, by=cast.alice, revision=1, submission=uuid4(), at=DUE - timedelta(seconds=1))
    # The clocks were not looked at since: the step itself looks.
    take_steps(now=DUE)
    assert told() == []
    assert not Deadline.objects.running().exists()


def test_what_is_said_is_in_the_reader_s_own_time(cast, asked, keep):
    User.objects.filter(pk=cast.alice.pk).update(time_zone="Asia/Tokyo")
    keep(HALF)
    text = Notice.objects.get(event="order_reminder").text
    assert "Half of the time to answer this order is over." in text
    assert "Thursday 26 November 2026, 18:00 (Asia/Tokyo)" in text
    assert (
        "If nobody answers, you are reminded again on Thursday 26 November 2026, 00:36 (Asia/Tokyo)." in text
    )
    assert "silence counts neither as yes nor as no" in text


def test_the_second_contact_and_the_buyer_learn_why_they_are_told(asked, keep, order, max_):
    keep(BACKUP)
    to_olivia = Notice.objects.get(to_name=OLIVIA, event="order_reminder")
    assert "Alice Sales has not answered this order" in to_olivia.text
    assert "Bea Buyer is told on Friday 27 November 2026, 10:00 (Europe/Brussels)" in to_olivia.text
    keep(BUYER)
    to_bea = Notice.objects.get(event="order_silent")
    assert (
        to_bea.subject
        == f"Acme Fasteners GmbH has not answered order {order.number} of Northwind Distribution"
    )
    assert f"/orders/{order.pk}/#sent" in to_bea.text
    assert "Max Manager is told on" in to_bea.text


def test_both_sides_read_it_on_the_timeline(asked, keep):
    keep(HALF)
    entry = JournalEntry.objects.get(verb="order.reminded")
    assert entry.sentence == "Alice Sales was reminded: half of the time to answer is over."
    assert entry.supplier_id
    assert entry.company_id


def test_a_contact_whose_mail_comes_back_is_passed_over(cast, asked, keep, told):
    Notice.objects.filter(to_user=cast.alice).update(state=NoticeState.BOUNCED)
    keep(HALF)
    assert told() == [OLIVIA]


def test_without_a_second_contact_the_next_step_comes_in_its_time(cast, asked, keep, told):
    cast.olivia.memberships.all().delete()
    keep(BACKUP)
    assert states()["BACKUP"] == StepState.NOBODY
    assert "no second contact" in JournalEntry.objects.filter(verb="order.reminded").last().sentence
    keep(BUYER)
    assert told() == [BEA]


def test_when_odoo_s_buyer_is_not_here_all_who_buy_are_told(cast, order, asked, keep, told):
    factories.member(factories.user("Bruno Buyer"), cast.northwind, Role.BUYER)
    order.buyer_name = "Marc Demo"
    order.save()
    keep(BUYER)
    assert told("order_silent") == [BEA, "Bruno Buyer"]
    assert "Bea Buyer and Bruno Buyer were told" in JournalEntry.objects.get(verb="order.reminded").sentence


def test_a_buyer_without_a_manager_s_role_above_is_escalated_to_the_administrator(cast, asked, keep, told):
    anna = factories.member(factories.user("Anna Admin"), cast.northwind, Role.ADMINISTRATOR)
    keep(BUYER)
    keep(MANAGER)
    assert told("order_silent") == [BEA, str(anna)]


def test_one_that_fails_does_not_hold_up_the_others(cast, asked, deliver, keep, told, monkeypatch, caplog):
    other = factories.order(cast.acme, cast.northwind)
    tell_supplier_of_new_order(other, list(other.lines.all()), at=MONDAY)
    deliver(MONDAY)
    keep(MONDAY + timedelta(minutes=2))
    plain = mail.tell

    def tell(step, deadline, *args, **kwargs):
        if deadline == asked:
            raise RuntimeError("a bug")
        plain(step, deadline, *args, **kwargs)

    monkeypatch.setattr(mail, "tell", tell)
    keep(HALF)
    assert told() == [ALICE]
    assert "could not be written" in caplog.text
    assert asked.steps.get(code="HALF").state == StepState.PLANNED

    monkeypatch.undo()
    keep(HALF + timedelta(minutes=1))
    assert told() == [ALICE] * 2


def test_suppliers_get_a_way_in_without_logging_in_and_buyers_none(asked, keep, max_):
    keep(HALF)
    keep(BUYER)
    assert all(mail.sealed_link for mail in Notice.objects.filter(event="order_reminder"))
    assert Notice.objects.filter(event="order_reminder").exists()
    assert Notice.objects.get(event="order_silent").sealed_link == ""


def test_few_queries_whatever_the_number_of_orders(cast, deliver, keep, django_assert_max_num_queries):
    for _ in range(6):
        row = factories.order(cast.acme, cast.northwind, lines=1)
        tell_supplier_of_new_order(row, list(row.lines.all()), at=MONDAY)
    deliver(MONDAY)
    keep(MONDAY + timedelta(minutes=1))
    # A few for all of them, and for each its savepoint, its steps and its mail.
    with django_assert_max_num_queries(17 + 6 * 13):
        assert take_steps(now=HALF) == 6
