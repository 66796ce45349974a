"""The supplier is asked to confirm again what comes due: once, in one mail, as policies have it.

Everything is wanted on Tuesday 15 December; five of the company's working days before, that is the 8th.
"""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.odoo.records import OdooState
from integrations.outbox.models import OutboxMessage
from orders.purchasing.actions import (
    accept_order,
    approve_lines,
    ask_to_confirm_again,
    ask_what_comes_due,
    withdraw_proposals,
)
from orders.purchasing.coming_due import lines_coming_due, orders_coming_due
from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary
from orders.purchasing.models import LineAnswer, PurchaseOrder, ScheduleLine
from orders.purchasing.odoo_pull import apply_orders
from orders.purchasing.positions import asked_of, lines_of
from orders.purchasing.tasks import ask_what_comes_due_now
from suppliers.journal.models import Channel, JournalEntry
from suppliers.notices.frequency import Frequency
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice, Preference
from suppliers.people.actions import invite_person
from suppliers.people.models import Role, VendorAccount
from suppliers.policies.actions import end_policy
from suppliers.policies.records import Bound
from suppliers.policies.terms import Days, Matter
from tests import factories
from tests.orders import records

DELIVERY = date(2026, 12, 15)


def at(day: int, hour: int = 9) -> datetime:
    """A moment of December 2026."""
    return datetime(2026, 12, day, hour, tzinfo=UTC)


@pytest.fixture
def five_days(cast):
    """Northwind has all suppliers asked five of its working days before."""
    return again(cast)


def again(cast, count=5, **more):
    more = {"days": Days.COMPANY} | more
    return factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(count)), **more)


@pytest.fixture
def agreed(cast, order):
    """Alice confirmed the order on 23 November."""
    confirm(cast, order, factories.NOW)
    return order


def confirm(cast, order, when, by=None):
    order.refresh_from_db()
    return accept_order(order, by=by or cast.alice, revision=order.revision, submission=uuid.uuid4(), at=when)


def states(order):
    return set(order.lines.values_list("state", flat=True))


def mails():
    return Notice.objects.filter(event="order_reconfirm")


def test_what_comes_due_is_asked_again_in_one_mail(cast, agreed, five_days):
    assert ask_what_comes_due(at=at(8)) == 1
    agreed.refresh_from_db()
    assert states(agreed) == {LineState.DUE}
    assert agreed.summary == OrderSummary.WAITING_FOR_SUPPLIER
    assert set(agreed.lines.values_list("asked_again_for", flat=True)) == {DELIVERY}
    told = {notice.to_user for notice in mails()}
    assert told == {cast.alice, cast.olivia}
    mail = mails().get(to_user=cast.alice)
    assert mail.wants_clock
    assert mail.subject == f"Does order {agreed.number} from Northwind Distribution still come as agreed?"
    assert "these 2 lines come as agreed" in mail.text
    assert mail.sealed_link


def test_the_journal_says_what_was_asked_and_why(agreed, five_days):
    ask_to_confirm_again(agreed, at=at(8))
    entry = JournalEntry.objects.get(verb="order.asked_again")
    assert entry.sentence == "The supplier is asked to confirm 2 lines again."
    assert entry.reason == "Usual, version 1: asked 5 working days before the delivery"
    assert (entry.channel, entry.actor_name) == (Channel.SYSTEM, "Quayside")
    assert entry.changes[0]["new"] == "promised for 2026-12-15"


def test_a_second_run_changes_nothing(agreed, five_days):
    ask_what_comes_due(at=at(8))
    assert ask_what_comes_due(at=at(8)) == 0
    assert ask_to_confirm_again(agreed, at=at(9)) == 0
    assert mails().count() == 2
    assert JournalEntry.objects.filter(verb="order.asked_again").count() == 1


@pytest.mark.parametrize(("when", "count"), [(at(7), 0), (at(8, 5), 0), (at(8, 6), 1), (at(12), 1)])
def test_it_begins_on_the_day_at_seven_where_the_goods_are_due(agreed, five_days, when, count):
    assert len(orders_coming_due(at=when)) == count


def test_a_missed_night_is_made_up_for_and_what_has_passed_is_not_asked(agreed, five_days):
    assert orders_coming_due(at=at(15)) == [agreed.pk]
    assert orders_coming_due(at=at(16)) == []
    assert ask_to_confirm_again(agreed, at=at(16)) == 0


@pytest.mark.parametrize(("days", "first"), [(Days.CALENDAR, 10), (Days.SUPPLIER, 8)])
def test_the_days_are_those_of_the_policy(cast, agreed, days, first):
    again(cast, days=days)
    assert orders_coming_due(at=at(first - 1)) == []
    assert orders_coming_due(at=at(first)) == [agreed.pk]


def test_closed_days_of_the_supplier_are_no_working_days(cast, agreed):
    again(cast, days=Days.SUPPLIER)
    factories.closed_days(cast.acme, first_day=date(2026, 12, 10), last_day=date(2026, 12, 11))
    assert orders_coming_due(at=at(4)) == [agreed.pk]


def test_without_a_policy_nobody_is_asked(agreed):
    assert ask_what_comes_due(at=at(14)) == 0


def test_a_policy_for_another_supplier_asks_nobody_here(cast, agreed):
    again(cast, supplier=cast.globex)
    assert ask_what_comes_due(at=at(14)) == 0


def test_the_supplier_s_own_policy_comes_first(cast, agreed, five_days):
    again(cast, 2, supplier=cast.acme)
    assert orders_coming_due(at=at(10)) == []
    assert orders_coming_due(at=at(11)) == [agreed.pk]


def test_a_policy_that_ended_in_between_asks_nobody(cast, agreed, five_days):
    found = orders_coming_due(at=at(8))
    end_policy(
        five_days.policy,
        by=cast.bea,
        on=date(2026, 12, 8),
        reason="Too many mails",
        after=1,
        submission=uuid.uuid4(),
        at=at(8),
    )
    assert found == [agreed.pk]
    assert ask_to_confirm_again(agreed, at=at(8)) == 0
    assert states(agreed) == {LineState.AGREED}


def test_what_was_asked_before_the_policy_ended_stays_asked(cast, agreed, five_days):
    ask_what_comes_due(at=at(8))
    end_policy(
        five_days.policy,
        by=cast.bea,
        on=date(2026, 12, 9),
        reason="Too many mails",
        after=1,
        submission=uuid.uuid4(),
        at=at(9),
    )
    confirm(cast, agreed, at(10))
    assert states(agreed) == {LineState.AGREED}


def test_who_has_just_answered_is_not_asked_again(cast, order, five_days):
    confirm(cast, order, at(9))
    assert ask_what_comes_due(at=at(9, 12)) == 0
    assert ask_to_confirm_again(order, at=at(14)) == 0


def test_received_lines_are_left_out_and_partly_received_ones_are_not(agreed, five_days):
    first, second = agreed.lines.order_by("sequence")
    agreed.lines.filter(pk=first.pk).update(received=10)
    agreed.lines.filter(pk=second.pk).update(received=4)
    ask_what_comes_due(at=at(8))
    assert list(agreed.lines.order_by("sequence").values_list("state", flat=True)) == ["AGREED", "DUE"]


def test_what_is_still_to_be_put_into_odoo_is_left_alone(agreed, five_days):
    agreed.lines.update(awaited_change={"product_code": "X", "product_name": "Another", "unit": ""})
    assert orders_coming_due(at=at(8)) == []
    assert ask_to_confirm_again(agreed, at=at(8)) == 0


@pytest.mark.parametrize("change", [{"state": OrderState.CANCELLED}, {"state": OrderState.WITHDRAWN}])
def test_closed_orders_are_left_alone(agreed, five_days, change):
    PurchaseOrder.objects.update(**change)
    assert orders_coming_due(at=at(8)) == []
    assert ask_to_confirm_again(agreed, at=at(8)) == 0


def test_only_what_is_agreed_is_asked_and_the_order_may_wait_for_more(
    cast, order, lines, part, answer, five_days
):
    answer({lines[0]: [part()]})
    ask_what_comes_due(at=at(8))
    assert list(order.lines.order_by("sequence").values_list("state", flat=True)) == ["DUE", "ASKED"]
    assert "this line comes as agreed" in mails().first().text


def test_confirming_again_is_one_click_and_another_thing_than_agreeing(cast, agreed, five_days):
    ask_what_comes_due(at=at(8))
    answer = confirm(cast, agreed, at(9))
    agreed.refresh_from_db()
    assert (states(agreed), agreed.summary) == ({LineState.AGREED}, OrderSummary.AGREED)
    assert all(said.confirms_again for said in answer.lines.all())
    entry = JournalEntry.objects.get(verb="order.confirmed_again")
    assert entry.sentence == "Alice Sales confirmed 2 lines again."
    message = OutboxMessage.objects.filter(topic="purchase_order.agreement").last()
    assert "confirmed 2 lines again, as agreed" in message.payload["note"]["body"]
    assert ask_what_comes_due(at=at(10)) == 0


def test_a_change_may_be_proposed_instead_and_the_new_date_is_asked_once_more(
    cast, agreed, lines, part, answer, five_days
):
    ask_what_comes_due(at=at(8))
    confirm(cast, agreed, at(8, 12))
    answer({lines[0]: [part(on=date(2027, 1, 29))]}, at=at(9))
    proposal = LineAnswer.objects.get(line=lines[0], state="PENDING")
    approve_lines(agreed, by=cast.bea, answer_ids=[proposal.pk], at=at(9, 12))
    moved = agreed.lines.get(pk=lines[0].pk)
    assert (moved.state, moved.asked_on) == (LineState.AGREED, date(2027, 1, 29))
    agreed.lines.filter(pk=lines[0].pk).update(expected_on=date(2027, 1, 29))
    assert ask_what_comes_due(at=datetime(2027, 1, 21, 9, tzinfo=UTC)) == 0
    assert ask_what_comes_due(at=datetime(2027, 1, 22, 9, tzinfo=UTC)) == 1
    moved = agreed.lines.get(pk=lines[0].pk)
    assert (moved.state, moved.asked_again_for) == (LineState.DUE, date(2027, 1, 29))


def test_a_split_that_was_agreed_is_confirmed_again_as_a_split(cast, order, lines, part, answer, five_days):
    split = [part("4"), part("6", on=date(2026, 12, 22))]
    answer({lines[0]: split, lines[1]: [part()]})
    proposal = LineAnswer.objects.get(state="PENDING")
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)
    ask_what_comes_due(at=at(8))
    assert asked_of(lines_of(order))[lines[0].pk].parts == tuple(split)
    confirm(cast, order, at(9))
    again_said = LineAnswer.objects.filter(line=lines[0]).latest("answer__round")
    assert again_said.confirms_again
    parts = ScheduleLine.objects.filter(line_answer=again_said).order_by("position")
    assert [(row.quantity, row.delivery_on.day) for row in parts] == [(4, 15), (6, 22)]


def test_a_proposal_that_is_taken_back_waits_to_be_confirmed_again(
    cast, agreed, lines, part, answer, five_days
):
    ask_what_comes_due(at=at(8))
    answer({lines[0]: [part("8")]}, at=at(9))
    said = LineAnswer.objects.get(line=lines[0], state="PENDING")
    withdraw_proposals(agreed, by=cast.alice, answer_ids=[said.pk], at=at(9, 10))
    assert states(agreed) == {LineState.DUE}


@pytest.fixture
def from_odoo(cast, agreed, five_days):
    """Apply what Odoo says of the order: ``from_odoo(first={...}, state=...)``; it was asked on the 8th."""
    account = VendorAccount.objects.get(supplier=cast.acme, company=cast.northwind)
    rows = list(agreed.lines.order_by("sequence"))
    ask_to_confirm_again(agreed, at=at(8))

    def apply(first=None, **fields):
        found = [
            records.line(
                row.odoo_id,
                **{"sequence": row.sequence, "product_code": row.product_code}
                | (first or {} if row is rows[0] else {}),
            )
            for row in rows
        ]
        record = records.order(
            agreed.odoo_id,
            cast.northwind.odoo_company_id,
            *found,
            number=agreed.number,
            partner=records.partner(account.odoo_partner_id),
            **fields,
        )
        apply_orders(cast.northwind.connection, [record], now=at(9))
        agreed.refresh_from_db()

    return apply


def test_what_arrives_meanwhile_needs_no_word_any_more(agreed, from_odoo):
    from_odoo(first={"received": Decimal(10)})
    assert list(agreed.lines.order_by("sequence").values_list("state", flat=True)) == ["AGREED", "DUE"]


def test_what_is_cancelled_meanwhile_waits_for_nobody(agreed, from_odoo):
    from_odoo(state=OdooState.CANCELLED)
    assert (states(agreed), agreed.summary) == ({LineState.CANCELLED}, OrderSummary.CLOSED)


def test_what_the_buyer_changes_meanwhile_is_asked_as_a_change_and_not_twice(cast, agreed, from_odoo):
    from_odoo(first={"quantity": Decimal(12)})
    assert list(agreed.lines.order_by("sequence").values_list("state", flat=True)) == ["ASKED", "DUE"]
    assert ask_what_comes_due(at=at(9)) == 0
    assert Notice.objects.filter(event="order_changed", to_user=cast.alice).count() == 1
    confirm(cast, agreed, at(10))
    assert ask_what_comes_due(at=at(11)) == 0
    assert mails().filter(to_user=cast.alice).count() == 1


def test_it_takes_as_many_queries_for_many_orders_as_for_few(cast, five_days):
    counts = []
    for number in (1, 8):
        for _ in range(number):
            confirm(cast, factories.order(cast.acme, cast.northwind), factories.NOW)
        with CaptureQueriesContext(connection) as found:
            orders_coming_due(at=at(8))
        counts.append(len(found))
    assert counts[0] == counts[1] <= 8


def test_an_order_costs_the_same_whatever_its_lines(cast, five_days):
    counts = []
    for number in (2, 40):
        order = factories.order(cast.acme, cast.northwind, lines=number)
        confirm(cast, order, factories.NOW)
        with CaptureQueriesContext(connection) as found:
            ask_to_confirm_again(order, at=at(8))
        counts.append(len(found))
    assert counts[0] == counts[1] <= 80


def test_who_wants_a_digest_gets_it_there_and_somebody_gets_a_mail_at_once(cast, agreed, five_days):
    Preference.objects.create(user=cast.alice, kind="ORDERS", mail=Frequency.DAILY)
    Preference.objects.create(user=cast.olivia, kind="ORDERS", mail=Frequency.NEVER)
    ask_what_comes_due(at=at(8))
    assert mails().get(to_user=cast.alice).state == NoticeState.COLLECTED
    assert mails().get(to_user=cast.olivia).state == NoticeState.SILENT


def test_whoever_is_only_invited_is_asked_too(cast, agreed, five_days):
    invite_person(cast.acme, email="nora@acme.example", role=Role.SALES, by=cast.olivia, at=at(7))
    ask_what_comes_due(at=at(8))
    assert mails().filter(to_email="nora@acme.example", to_user=None).count() == 1


def test_one_that_fails_does_not_stop_the_others(cast, agreed, five_days, monkeypatch, caplog):
    other = factories.order(cast.acme, cast.northwind)
    confirm(cast, other, factories.NOW)

    def break_one(lines, book, company):
        if lines[0].order_id == agreed.pk:
            raise ValueError("broken")
        return lines_coming_due(lines, book, company)

    monkeypatch.setattr("orders.purchasing.actions.confirm_again.lines_coming_due", break_one)
    assert ask_what_comes_due(at=at(8)) == 1
    assert "could not be asked to confirm again" in caplog.text
    assert states(agreed) == {LineState.AGREED}
    assert states(other) == {LineState.DUE}


def test_the_task_asks(cast, five_days):
    ask_what_comes_due_now()
    assert not mails().exists()
