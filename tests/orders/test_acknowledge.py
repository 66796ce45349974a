"""The supplier answers an order line by line."""

import uuid
from datetime import UTC, date, datetime

import pytest

from integrations.outbox.models import OutboxMessage
from orders.purchasing.actions import accept_order
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState, OrderSummary
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.refusal import Refused
from tests import factories

LATER = date(2026, 12, 20)


def message() -> OutboxMessage:
    return OutboxMessage.objects.get(topic="purchase_order.agreement")


def test_what_equals_the_request_is_agreed_at_once(answer, order, lines, part):
    answer({line: [part()] for line in lines})
    order.refresh_from_db()
    assert {line.state for line in order.lines.all()} == {LineState.AGREED}
    assert order.summary == OrderSummary.AGREED
    assert {line.promised_on for line in order.lines.all()} == {date(2026, 12, 15)}
    assert message().payload["acknowledge"] is True
    assert len(message().payload["lines"]) == 2


def test_a_deviation_goes_to_the_buyer_and_not_to_odoo(answer, order, lines, part, cast):
    answer({lines[0]: [part(on=LATER)]})
    line = PurchaseOrderLine.objects.get(pk=lines[0].pk)
    order.refresh_from_db()
    assert (line.state, line.promised_on) == (LineState.PROPOSED, None)
    assert order.summary == OrderSummary.PARTLY_ANSWERED
    assert LineAnswer.objects.get().deviations == ["date"]
    assert Notice.objects.get(event="order_proposed").to_user == cast.bea
    assert message().payload["lines"] == []


def test_an_answer_of_some_lines_leaves_the_others_open(answer, order, lines, part):
    answer({lines[0]: [part()]})
    order.refresh_from_db()
    assert order.summary == OrderSummary.PARTLY_ANSWERED
    assert message().payload["acknowledge"] is False


def test_a_split_is_kept_part_by_part_and_asked_of_the_buyer_in_odoo(answer, lines, part):
    answer({lines[0]: [part("6"), part("4", LATER)]})
    assert list(ScheduleLine.objects.values_list("quantity", "delivery_on")) == [
        (6, date(2026, 12, 15)),
        (4, LATER),
    ]
    assert "4 Units on 2026-12-20" in message().payload["question"]["body_html"]


def test_a_rejection_needs_its_reason_and_keeps_it(answer, lines, part):
    with pytest.raises(Refused, match="Say why"):
        answer({lines[0]: [part(on=None)]})
    answer({lines[0]: [part(on=None, reason="Discontinued")]})
    assert ScheduleLine.objects.get().reason == "Discontinued"
    assert "Discontinued" in message().payload["question"]["body_html"]


def test_one_wrong_line_saves_nothing_of_the_others(answer, order, lines, part):
    with pytest.raises(Refused) as refused:
        answer({lines[0]: [part()], lines[1]: [part("0", on=date(2020, 1, 1))]}, supplier_reference="x" * 65)
    assert len(refused.value.problems) == 3
    order.refresh_from_db()
    assert order.rounds == 0
    assert not Answer.objects.exists()
    assert not OutboxMessage.objects.exists()
    assert not JournalEntry.objects.exists()


def test_the_same_form_sent_twice_is_one_answer(answer, lines, part):
    form = uuid.uuid4()
    first = answer({lines[0]: [part()]}, submission=form)
    assert answer({lines[0]: [part()]}, submission=form) == first
    assert Answer.objects.count() == OutboxMessage.objects.filter(topic__startswith="purchase").count() == 1


def test_somebody_elses_form_cannot_be_sent_again(answer, lines, part, cast):
    form = uuid.uuid4()
    answer({lines[0]: [part()]}, submission=form)
    with pytest.raises(Refused, match="Open the order again"):
        answer({lines[1]: [part()]}, submission=form, by=cast.olivia)


@pytest.fixture
def second_revision(order, lines):
    """Odoo changed the first line while somebody was looking at revision 1."""
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(asked_in_revision=2, asked_quantity=12)


def test_an_answer_to_an_older_revision_leaves_open_only_what_changed(answer, lines, part, second_revision):
    form = uuid.uuid4()
    for _ in "twice":  # a double click says the same
        stored = answer({lines[0]: [part()], lines[1]: [part(on=LATER)]}, revision=1, submission=form)
        assert [problem.where for problem in stored.held] == [f"lines.{lines[0].pk}"]
        assert "Revision 2 of the order changed line 1" in stored.held[0].expected
    states = [PurchaseOrderLine.objects.get(pk=line.pk).state for line in lines]
    assert states == [LineState.ASKED, LineState.PROPOSED]
    assert Answer.objects.count() == 1


def test_when_all_of_an_answer_was_overtaken_nothing_is_stored(answer, lines, part, second_revision):
    with pytest.raises(Refused, match="Revision 2 of the order changed line 1"):
        answer({lines[0]: [part()]}, revision=1)
    assert not Answer.objects.exists()


def test_a_mistake_beside_a_conflict_stores_nothing_and_names_both(answer, lines, part, second_revision):
    with pytest.raises(Refused) as refused:
        answer({lines[0]: [part()], lines[1]: [part("0")]}, revision=1)
    assert [problem.where for problem in refused.value.problems] == [
        f"lines.{lines[1].pk}.parts.0.quantity",
        f"lines.{lines[0].pk}",
    ]
    assert not Answer.objects.exists()


@pytest.mark.parametrize("state", [LineState.CANCELLED, LineState.PROPOSED])
def test_a_line_that_the_buyer_cancelled_or_a_colleague_answered_holds_up_nothing_else(
    answer, lines, part, state
):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(state=state)
    stored = answer({lines[0]: [part(on=LATER)], lines[1]: [part()]})
    assert "not waiting for an answer" in stored.held[0].expected
    assert PurchaseOrderLine.objects.get(pk=lines[1].pk).state == LineState.AGREED


def test_a_revision_that_never_was_is_refused(answer, lines, part):
    with pytest.raises(Refused, match="revisions 1 to 1"):
        answer({lines[0]: [part()]}, revision=7)


@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.WITHDRAWN])
def test_an_order_that_is_gone_takes_no_answer(answer, order, lines, part, state):
    order.state = state
    order.save()
    with pytest.raises(Refused, match="takes no answer any more"):
        answer({lines[0]: [part()]})


def test_a_line_of_another_order_is_unknown_here(answer, lines, part, cast):
    other = factories.order(cast.globex, cast.northwind)
    with pytest.raises(Refused, match="no such line"):
        answer({lines[0]: [part()], other.lines.first(): [part()]})


def test_today_is_the_date_in_the_ship_to_zone(answer, lines, part):
    # 23:30 UTC on the 22nd is already the 23rd in Brussels.
    late_evening = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    with pytest.raises(Refused, match="2026-11-23"):
        answer({lines[0]: [part(on=date(2026, 11, 22))]}, at=late_evening)


def test_the_suppliers_own_number_is_kept_and_goes_to_odoo(answer, order, lines, part):
    answer({lines[0]: [part()]}, supplier_reference=" AB-1 ")
    order.refresh_from_db()
    assert order.supplier_reference == message().payload["supplier_reference"] == "AB-1"


def test_a_number_that_was_told_before_is_not_told_again(answer, order, lines, part):
    answer({lines[0]: [part()]}, supplier_reference="AB-1")
    answer({lines[1]: [part()]}, supplier_reference="AB-2")
    answer({lines[1]: [part(price="4.75")], lines[0]: [part()]})
    said = OutboxMessage.objects.filter(topic="purchase_order.agreement").order_by("pk")
    told = [(row.payload["supplier_reference"], row.payload["former_reference"]) for row in said]
    assert told == [("AB-1", ""), ("AB-2", "AB-1"), ("", "AB-2")]


def test_an_agreed_line_may_be_reopened_by_the_supplier(answer, order, lines, part):
    answer({lines[0]: [part()]})
    answer({lines[0]: [part(on=LATER)]})
    line = PurchaseOrderLine.objects.get(pk=lines[0].pk)
    assert (line.state, line.promised_on) == (LineState.PROPOSED, date(2026, 12, 15))


def test_the_journal_says_who_and_what(answer, lines, part, cast):
    answer({lines[0]: [part()], lines[1]: [part(price="4.75")]}, comment="Copper went up")
    entry = JournalEntry.objects.get(verb="order.acknowledged")
    assert entry.actor == cast.alice
    assert entry.sentence == "Alice Sales confirmed 1 line and proposed a change to 1 line."
    assert entry.reason == "Copper went up"
    assert [(change["old"], change["new"]) for change in entry.changes] == [("4.50", "4.75")]


def test_accepting_all_answers_what_waits(order, cast, answer, lines, part):
    answer({lines[0]: [part(on=LATER)]})
    accept_order(order, by=cast.alice, revision=1, submission=uuid.uuid4(), at=factories.NOW)
    states = {line.pk: line.state for line in order.lines.all()}
    assert states == {lines[0].pk: LineState.PROPOSED, lines[1].pk: LineState.AGREED}
    with pytest.raises(Refused, match="Nothing of order"):
        accept_order(order, by=cast.alice, revision=1, submission=uuid.uuid4(), at=factories.NOW)


def test_a_request_for_quotation_is_confirmed_only_where_the_connection_says_so(answer, order, lines, part):
    order.state = OrderState.QUOTED
    order.save()
    order.company.connection.confirms_rfqs = True
    order.company.connection.save()
    answer({line: [part()] for line in lines})
    assert message().payload["confirm_rfq"] is True


def test_a_thousand_lines_take_a_fixed_number_of_queries(cast, answer, part, django_assert_max_num_queries):
    big = factories.order(cast.acme, cast.northwind, lines=0)
    for position in range(1, 101):
        factories.line(big, sequence=position)
    replies = {line: [part()] for line in big.lines.all()}
    with django_assert_max_num_queries(24):
        answer(replies, of=big)
    assert LineAnswer.objects.filter(state=AnswerState.AGREED).count() == 100
