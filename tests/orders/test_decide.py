"""The buyer decides on proposals: approve, decline, counter; and the supplier answers the counter."""

import uuid
from datetime import date
from decimal import Decimal

import pytest

from integrations.outbox.models import OutboxMessage
from orders.purchasing.actions import accept_order, approve_lines, counter_line, decline_lines
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState, OrderSummary
from orders.purchasing.models import LineAnswer, PurchaseOrderLine
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.refusal import IllegalMove, Refused
from tests import factories

LATER = date(2026, 12, 20)
BETWEEN = date(2026, 12, 17)


def last_message() -> OutboxMessage:
    return OutboxMessage.objects.filter(topic="purchase_order.agreement").latest("pk")


def reload(line: PurchaseOrderLine) -> PurchaseOrderLine:
    return PurchaseOrderLine.objects.get(pk=line.pk)


def counter(order, cast, proposal, parts, submission=None, comment="Meet me half way"):
    return counter_line(
        order,
        by=cast.bea,
        answer_id=proposal.pk,
        parts=parts,
        comment=comment,
        submission=submission or uuid.uuid4(),
        at=factories.NOW,
    )


def test_what_is_approved_is_agreed_and_goes_to_odoo(order, cast, proposal, lines):
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)
    line = reload(lines[0])
    assert (line.state, line.promised_on, line.first_promised_on) == (LineState.AGREED, LATER, LATER)
    assert line.requested_on == date(2026, 12, 15)
    row = last_message().payload["lines"][0]
    assert (row["line"], row["on"]) == (line.pk, "2026-12-20")
    assert Notice.objects.filter(event="order_decided").count() == 2  # Alice and Olivia
    assert JournalEntry.objects.filter(verb="order.approved", actor=cast.bea).exists()


def test_approving_twice_says_who_was_first_and_sends_nothing_twice(order, cast, proposal):
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)
    count = OutboxMessage.objects.count()
    with pytest.raises(IllegalMove, match="agreed by Bea Buyer"):
        approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)
    assert OutboxMessage.objects.count() == count


def test_an_approved_rejection_is_taken_note_of_and_odoo_keeps_its_quantity(order, cast, answer, lines, part):
    answer({lines[0]: [part(on=None, reason="Discontinued")]})
    proposal = LineAnswer.objects.get()
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)
    assert reload(lines[0]).state == LineState.REFUSED
    assert last_message().payload["lines"] == []
    assert "will not be delivered" in last_message().payload["note"]["body"]


def test_an_approved_split_agrees_the_first_day_and_the_whole_quantity(order, cast, answer, lines, part):
    answer({lines[0]: [part("6", LATER), part("4", date(2027, 1, 4))]})
    approve_lines(order, by=cast.bea, answer_ids=[LineAnswer.objects.get().pk], at=factories.NOW)
    row = last_message().payload["lines"][0]
    assert (Decimal(row["quantity"]), row["on"]) == (10, "2026-12-20")


def test_declining_needs_a_reason_and_asks_the_supplier_again(order, cast, proposal, lines):
    with pytest.raises(Refused, match="Say why"):
        decline_lines(order, by=cast.bea, answer_ids=[proposal.pk], reason=" ", at=factories.NOW)
    decline_lines(order, by=cast.bea, answer_ids=[proposal.pk], reason="We need it then", at=factories.NOW)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decision_reason) == (AnswerState.DECLINED, "We need it then")
    assert reload(lines[0]).state == LineState.ASKED
    assert "We need it then" in Notice.objects.filter(event="order_decided").first().text


def test_a_counter_proposal_is_a_new_round_that_the_supplier_accepts(
    order, cast, proposal, lines, part, answer
):
    counter(order, cast, proposal, [part(on=BETWEEN)])
    order.refresh_from_db()
    assert (order.rounds, reload(lines[0]).state) == (2, LineState.COUNTERED)
    answer({lines[0]: [part(on=BETWEEN)]})
    line = reload(lines[0])
    assert (line.state, line.promised_on) == (LineState.AGREED, BETWEEN)
    assert [row.state for row in LineAnswer.objects.order_by("pk")] == [
        AnswerState.COUNTERED,
        AnswerState.AGREED,
        AnswerState.AGREED,
    ]
    assert last_message().payload["lines"][0]["on"] == "2026-12-17"


def test_a_counter_proposal_may_be_answered_with_another_proposal(order, cast, proposal, lines, part, answer):
    counter(order, cast, proposal, [part(on=BETWEEN)])
    answer({lines[0]: [part(on=date(2026, 12, 18))]})
    states = list(LineAnswer.objects.order_by("pk").values_list("state", flat=True))
    assert states == [AnswerState.COUNTERED, AnswerState.COUNTERED, AnswerState.PENDING]
    assert LineAnswer.objects.latest("pk").asked_on == BETWEEN


def test_a_counter_proposal_of_several_deliveries_is_accepted_part_by_part(
    order, cast, proposal, lines, part, answer
):
    counter(order, cast, proposal, [part("6"), part("4", LATER)])
    accept_order(order, by=cast.alice, revision=1, submission=uuid.uuid4(), at=factories.NOW)
    assert reload(lines[0]).state == LineState.AGREED
    assert LineAnswer.objects.filter(line=lines[0]).latest("pk").schedule.count() == 2


def test_a_wrong_counter_proposal_names_every_problem(order, cast, proposal, part):
    with pytest.raises(Refused) as refused:
        counter(order, cast, proposal, [part("0"), part("4", date(2020, 1, 1))])
    assert len(refused.value.problems) == 2
    with pytest.raises(Refused, match="at least one delivery"):
        counter(order, cast, proposal, [part(on=None, reason="Forget it")])


def test_the_same_counter_sent_twice_is_one_round(order, cast, proposal, part):
    form = uuid.uuid4()
    first = counter(order, cast, proposal, [part(on=BETWEEN)], submission=form)
    assert counter(order, cast, proposal, [part(on=BETWEEN)], submission=form) == first


def test_a_proposal_of_another_order_cannot_be_decided_here(order, cast, proposal):
    other = factories.order(cast.globex, cast.northwind)
    with pytest.raises(IllegalMove, match="no such proposal"):
        approve_lines(other, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)


def test_a_cancelled_order_has_nothing_to_decide(order, cast, proposal):
    order.refresh_from_db()
    order.state = OrderState.CANCELLED
    order.save()
    with pytest.raises(IllegalMove, match="cancelled"):
        approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)


def test_when_all_is_decided_the_order_is_agreed(order, cast, proposal, lines, part, answer):
    answer({lines[1]: [part()]})
    order.refresh_from_db()
    assert order.summary == OrderSummary.WITH_BUYER
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)
    order.refresh_from_db()
    assert order.summary == OrderSummary.AGREED
    assert last_message().payload["acknowledge"] is True
