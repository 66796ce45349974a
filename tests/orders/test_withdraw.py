"""The supplier takes back a proposal nobody has decided on."""

import uuid
from datetime import date

import pytest

from integrations.outbox.models import OutboxMessage
from orders.purchasing.actions import approve_lines, counter_line, withdraw_proposals
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState, OrderSummary
from orders.purchasing.models import LineAnswer, PurchaseOrderLine
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.refusal import IllegalMove
from tests import factories

LATER, BETWEEN = date(2026, 12, 20), date(2026, 12, 17)


@pytest.fixture
def withdraw(cast, order):
    """Let Alice take back proposals."""

    def take(*proposals, by=None, of=None):
        withdraw_proposals(
            of or order,
            by=by or cast.alice,
            answer_ids=[one.pk for one in proposals],
            at=factories.NOW,
            reason="We found the goods",
        )

    return take


def reload(line: PurchaseOrderLine) -> PurchaseOrderLine:
    return PurchaseOrderLine.objects.get(pk=line.pk)


def test_the_line_waits_again_for_what_it_waited_for(order, cast, lines, proposal, withdraw):
    withdraw(proposal)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.decided_by) == (AnswerState.WITHDRAWN, cast.alice)
    assert reload(lines[0]).state == LineState.ASKED
    order.refresh_from_db()
    assert order.summary == OrderSummary.WAITING_FOR_SUPPLIER
    entry = JournalEntry.objects.get(verb="order.withdrew")
    assert (entry.sentence, entry.reason) == ("Alice Sales took back 1 proposal.", "We found the goods")
    assert (entry.changes[0]["old"], entry.changes[0]["new"]) == ("2026-12-20", "2026-12-15")
    assert "We found the goods" in Notice.objects.get(event="order_withdrawn").text


def test_what_was_agreed_before_stands(order, lines, answer, part, withdraw):
    answer({line: [part()] for line in lines})
    answer({lines[0]: [part(on=LATER)]})
    withdraw(LineAnswer.objects.get(line=lines[0], state=AnswerState.PENDING))
    line = reload(lines[0])
    assert (line.state, line.promised_on) == (LineState.AGREED, date(2026, 12, 15))
    order.refresh_from_db()
    assert order.summary == OrderSummary.AGREED


def test_the_counter_proposal_it_had_answered_is_open_again(
    order, cast, lines, proposal, answer, part, withdraw
):
    counter_line(
        order, by=cast.bea, answer_id=proposal.pk, parts=[part("6", BETWEEN), part("4", LATER)], comment="",
        submission=uuid.uuid4(), at=factories.NOW,
    )  # fmt: skip
    answer({lines[0]: [part(on=LATER)]})
    withdraw(LineAnswer.objects.get(line=lines[0], state=AnswerState.PENDING))
    assert reload(lines[0]).state == LineState.COUNTERED
    answer({lines[0]: [part("6", BETWEEN), part("4", LATER)]})  # and it can be accepted, part by part
    assert reload(lines[0]).state == LineState.AGREED


def test_odoo_is_told_only_what_it_was_asked(lines, proposal, answer, part, withdraw):
    before = OutboxMessage.objects.filter(topic="purchase_order.agreement").count()
    withdraw(proposal)
    assert OutboxMessage.objects.filter(topic="purchase_order.agreement").count() == before
    answer({lines[1]: [part(on=None, reason="Sold out")]})
    withdraw(LineAnswer.objects.get(line=lines[1]))
    message = OutboxMessage.objects.filter(topic="purchase_order.agreement").latest("pk")
    assert "took back the proposal for" in message.payload["note"]["body"]
    assert (message.payload["lines"], message.payload["question"]) == ([], None)


def test_what_was_decided_cannot_be_taken_back(order, cast, proposal, withdraw):
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)
    with pytest.raises(IllegalMove, match="agreed by Bea Buyer"):
        withdraw(proposal)


def test_taking_back_twice_says_so(proposal, withdraw):
    withdraw(proposal)
    with pytest.raises(IllegalMove, match="taken back by Alice"):
        withdraw(proposal)
    assert JournalEntry.objects.filter(verb="order.withdrew").count() == 1


def test_a_cancelled_order_and_another_s_proposal_are_refused(order, cast, proposal, withdraw):
    other = factories.order(cast.globex, cast.northwind)
    with pytest.raises(IllegalMove, match="no such proposal"):
        withdraw(proposal, of=other)
    order.refresh_from_db()
    order.state = OrderState.CANCELLED
    order.save()
    with pytest.raises(IllegalMove, match="cancelled"):
        withdraw(proposal)
