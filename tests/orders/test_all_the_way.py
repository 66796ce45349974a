"""From Odoo to the supplier's answer and back into Odoo, over the wire, in both protocols."""

import uuid
from datetime import UTC, date, datetime

import pytest

from integrations.outbox.engine import deliver_document, give_up
from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.actions import accept_order, approve_lines
from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine
from suppliers.people.models import Role
from tests import factories
from tests.orders.odoo import PLANNED

LATER = date(2026, 12, 20)


@pytest.fixture
def deliver():
    """Let the worker deliver what waits for an order; return the messages."""

    def run(order: PurchaseOrder) -> list[OutboxMessage]:
        deliver_document(order.document, now=datetime.now(UTC))
        return list(OutboxMessage.objects.filter(document=order.document).order_by("pk"))

    return run


@pytest.fixture
def sally():
    """Make somebody sell for the supplier of an order."""

    def hire(order: PurchaseOrder):
        return factories.member(factories.user("Sally Seller"), order.supplier, Role.SALES)

    return hire


def accept(order: PurchaseOrder, by) -> None:
    accept_order(order, by=by, revision=order.revision, submission=uuid.uuid4(), at=factories.NOW)


def test_an_accepted_order_is_acknowledged_in_odoo_with_one_note(cast, odoo, pull, deliver, sally):
    odoo_id = odoo.order(10, 20)
    pull()
    order = PurchaseOrder.objects.get(odoo_id=odoo_id)
    accept(order, sally(order))
    assert [message.status for message in deliver(order)] == [Status.DELIVERED]
    assert len(odoo.notes(odoo_id)) == 1
    assert "Sally Seller" in odoo.notes(odoo_id)[0]
    pull()
    order.refresh_from_db()
    assert (order.acknowledged_in_odoo, order.revision, order.summary) == (True, 1, OrderSummary.AGREED)


def test_an_approved_change_is_what_the_warehouse_plans_with(cast, odoo, pull, deliver, sally, answer, part):
    odoo_id = odoo.order(10, 20)
    pull()
    order = PurchaseOrder.objects.get(odoo_id=odoo_id)
    first, second = order.lines.order_by("pk")
    replies = {first: [part("8", LATER, "4.60")], second: [part("20", date(2026, 12, 22))]}
    answer(replies, of=order, by=sally(order))
    deliver(order)
    assert [row["product_qty"] for row in odoo.lines(odoo_id)] == [10, 20]  # nothing is written unasked
    ids = list(LineAnswer.objects.values_list("pk", flat=True))
    approve_lines(order, by=cast.bea, answer_ids=ids, at=factories.NOW)
    assert {message.status for message in deliver(order)} == {Status.DELIVERED}
    rows = [(row["product_qty"], row["price_unit"], row["date_planned"][:10]) for row in odoo.lines(odoo_id)]
    assert rows == [(8, 4.6, "2026-12-20"), (20, 4.5, "2026-12-22")]
    assert [moment.date() for moment in odoo.receipts(odoo_id)] == [LATER]
    # The echo is no news: same revision, nothing asked again.
    pull()
    order.refresh_from_db()
    assert (order.revision, order.summary) == (1, OrderSummary.AGREED)
    assert PurchaseOrderLine.objects.get(pk=first.pk).expected_on == LATER


def test_splits_and_rejections_become_one_question_to_the_buyer_in_odoo(
    odoo, pull, deliver, sally, answer, part
):
    odoo_id = odoo.order(10, 20)
    pull()
    order = PurchaseOrder.objects.get(odoo_id=odoo_id)
    first, second = order.lines.order_by("pk")
    replies = {first: [part("6"), part("4", LATER)], second: [part("20", None, reason="Sold out")]}
    answer(replies, of=order, by=sally(order))
    deliver(order)
    assert len(odoo.questions(odoo_id)) == 1
    assert "2 lines" in odoo.questions(odoo_id)[0]


def test_a_line_changed_in_odoo_meanwhile_is_not_overwritten_and_the_rest_goes_on(
    cast, odoo, pull, deliver, sally
):
    odoo_id = odoo.order(10, 20)
    pull()
    order = PurchaseOrder.objects.get(odoo_id=odoo_id)
    line_id = odoo.lines(odoo_id)[0]["id"]
    accept(order, sally(order))
    odoo.write(
        "purchase.order.line", line_id, product_qty=12, price_unit=4.5, date_planned="2026-12-15 11:00:00"
    )
    assert deliver(order)[0].status == Status.PARKED
    assert odoo.lines(odoo_id)[0]["product_qty"] == 12
    pull()
    assert deliver(order)[0].status == Status.DELIVERED
    states = set(order.lines.values_list("odoo_id", "state"))
    assert (line_id, LineState.ASKED) in states
    assert len(odoo.notes(odoo_id)) == 1


def test_a_request_for_quotation_is_confirmed_where_the_connection_says_so(cast, odoo, pull, deliver, sally):
    connection = cast.northwind.connection
    connection.confirms_rfqs = True
    connection.save()
    odoo_id = odoo.order(10, confirm=False)
    odoo.write("purchase.order", odoo_id, state="sent")
    pull()
    order = PurchaseOrder.objects.get(odoo_id=odoo_id)
    assert order.state == OrderState.QUOTED
    accept(order, sally(order))
    deliver(order)
    pull()
    order.refresh_from_db()
    assert order.state == OrderState.ORDERED
    assert order.summary == OrderSummary.AGREED


@pytest.fixture
def quotation(cast, odoo, pull):
    """A request for quotation with two lines, as the feed brought it."""
    connection = cast.northwind.connection
    connection.confirms_rfqs = True
    connection.save()
    odoo_id = odoo.order(10, 20, confirm=False)
    odoo.write("purchase.order", odoo_id, state="sent")
    pull()
    return PurchaseOrder.objects.get(odoo_id=odoo_id)


@pytest.fixture
def agree_in_two_rounds(quotation, deliver, sally, answer, part):
    """Let Sally take the first line, then, once ``meanwhile()`` has happened, the second one."""

    def play(meanwhile) -> OutboxMessage:
        seller = sally(quotation)
        first, second = quotation.lines.order_by("pk")
        answer({first: [part("10")]}, of=quotation, by=seller)
        deliver(quotation)
        meanwhile(first)
        answer({second: [part("20")]}, of=quotation, by=seller)
        return deliver(quotation)[-1]

    return play


def test_what_two_rounds_agreed_is_confirmed_when_odoo_holds_all_of_it(odoo, quotation, agree_in_two_rounds):
    assert agree_in_two_rounds(lambda line: None).status == Status.DELIVERED
    assert odoo.read("purchase.order", [("id", "=", quotation.odoo_id)], "state")[0]["state"] == "purchase"


def test_a_quotation_is_not_confirmed_with_a_line_that_was_changed_after_an_earlier_round(
    odoo, pull, quotation, deliver, agree_in_two_rounds
):
    def buyer_wants_more(line: PurchaseOrderLine) -> None:
        odoo.write("purchase.order.line", line.odoo_id, product_qty=15, price_unit=4.5, date_planned=PLANNED)

    message = agree_in_two_rounds(buyer_wants_more)
    assert (message.status, message.fault_class) == (Status.PARKED, "conflict")
    assert "now holds 15" in message.reason
    (row,) = odoo.read("purchase.order", [("id", "=", quotation.odoo_id)], "state")
    assert row["state"] == "sent"
    # The feed reads the change, the supplier is asked again, and the rest of the message is delivered.
    pull()
    assert deliver(quotation)[-1].status == Status.DELIVERED
    (row,) = odoo.read("purchase.order", [("id", "=", quotation.odoo_id)], "state")
    assert row["state"] == "sent"
    assert quotation.lines.filter(state=LineState.ASKED).count() == 1


def test_what_was_given_up_is_not_confirmed_as_if_odoo_held_it(
    odoo, quotation, deliver, sally, answer, part, cast
):
    seller = sally(quotation)
    first, second = quotation.lines.order_by("pk")
    answer({first: [part("8")]}, of=quotation, by=seller)
    deliver(quotation)
    approve_lines(
        quotation, by=cast.bea, answer_ids=[LineAnswer.objects.get(line=first).pk], at=factories.NOW
    )
    agreed = OutboxMessage.objects.filter(document=quotation.document).latest("pk")
    give_up([agreed.pk], by_name="Ada", now=factories.NOW)
    answer({second: [part("20")]}, of=quotation, by=seller)
    message = deliver(quotation)[-1]
    assert (message.status, message.fault_class) == (Status.PARKED, "conflict")
    assert "agreed was 8" in message.reason


def test_an_order_cancelled_meanwhile_is_left_alone(odoo, pull, deliver, sally):
    odoo_id = odoo.order(10)
    pull()
    order = PurchaseOrder.objects.get(odoo_id=odoo_id)
    accept(order, sally(order))
    odoo.client.call("purchase.order", "button_cancel", [odoo_id])
    pull()
    assert deliver(order)[0].status == Status.OBSOLETE
    assert odoo.notes(odoo_id) == []
