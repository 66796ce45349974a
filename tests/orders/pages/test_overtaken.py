"""Whatever happens while somebody types: only what is affected is held up, and nothing typed is lost."""

from datetime import timedelta

import pytest

from orders.purchasing.actions import approve_lines
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine
from tests import factories


@pytest.fixture
def change(order, lines):
    """Odoo asks for 12 of the first line: revision 2, while the page still shows revision 1."""

    def apply():
        PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
        PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(
            quantity=12, asked_quantity=12, asked_in_revision=2
        )

    return apply


def states(order):
    return list(order.lines.order_by("sequence").values_list("state", flat=True))


def test_lines_that_did_not_change_are_sent_and_the_rest_keeps_its_typing(
    as_, cast, order, lines, filled, soon, change, form_of, text_of
):
    later = soon + timedelta(days=5)
    data = filled(
        order,
        {lines[0]: {"choice": "change", "parts-0-date": later}, lines[1]: {"choice": "confirm"}},
        comment="See you",
    )
    change()
    response = as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", data)
    assert response.status_code == 409
    assert states(order) == [LineState.ASKED, LineState.AGREED]
    words = text_of(response)
    assert "One line was left open: it changed while you were typing. The rest was sent." in words
    assert f"Receipt {order.number}-R1" in words
    again = form_of(response, f"/orders/{order.pk}/acknowledge/")
    assert again[f"lines-{lines[0].pk}-choice"] == "change"
    assert again[f"lines-{lines[0].pk}-parts-0-date"] == later.isoformat()
    # What is on the page can be sent as it is: it answers what is asked now.
    as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", again)
    assert states(order) == [LineState.PROPOSED, LineState.AGREED]
    assert LineAnswer.objects.get(line=lines[0]).asked_quantity == 12


def test_a_confirmation_that_was_overtaken_shows_what_is_asked_now(as_, cast, order, lines, change, form_of):
    alice = as_(cast.alice)
    shown = form_of(alice.get(f"/orders/{order.pk}/"), f"/orders/{order.pk}/acknowledge/")
    assert shown[f"lines-{lines[0].pk}-parts-0-quantity"] == "10"
    change()
    response = alice.post(f"/orders/{order.pk}/acknowledge/", shown)
    assert (response.status_code, states(order)) == (409, [LineState.ASKED, LineState.AGREED])
    again = form_of(response, f"/orders/{order.pk}/acknowledge/")
    assert again[f"lines-{lines[0].pk}-parts-0-quantity"] == "12"
    alice.post(f"/orders/{order.pk}/acknowledge/", again)
    assert states(order) == [LineState.AGREED, LineState.AGREED]


def test_one_click_on_an_old_page_confirms_what_is_as_it_was(as_, cast, order, filled, change):
    data = filled(order)
    change()
    response = as_(cast.alice).post(f"/orders/{order.pk}/accept/", data)
    assert (response.status_code, states(order)) == (409, [LineState.ASKED, LineState.AGREED])
    assert "Revision 2 of the order changed line 1" in response.content.decode()


def test_a_line_cancelled_meanwhile_keeps_in_words_what_was_typed(as_, cast, order, lines, filled, text_of):
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(state=LineState.CANCELLED)
    split = {"choice": "split", "parts-0-quantity": "6", "parts-0-date": "2030-01-07"}
    split |= {"parts-1-quantity": "4", "parts-1-reason": "Short"}
    answers = {lines[0]: split, lines[1]: {"choice": "confirm"}}
    response = as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", filled(order, answers))
    assert (response.status_code, states(order)) == (409, [LineState.CANCELLED, LineState.AGREED])
    words = text_of(response)
    assert f"Line 1 ({lines[0].product_code}): Split: 6 on 2030-01-07; 4 because Short" in words


def test_an_order_cancelled_meanwhile_keeps_in_words_what_was_typed(as_, cast, order, lines, filled, text_of):
    data = filled(order, {lines[0]: {"choice": "reject", "reason": "Sold out"}}, comment="Sorry")
    PurchaseOrder.objects.filter(pk=order.pk).update(state=OrderState.CANCELLED)
    order.lines.update(state=LineState.CANCELLED)
    response = as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", data)
    assert response.status_code == 422
    words = text_of(response)
    assert "is cancelled and takes no answer any more" in words
    assert "What you typed is kept here; it was not sent." in words
    assert "Cannot deliver: Sold out" in words
    assert "Comment: Sorry" in words
    assert b"Send answers" not in response.content
    assert not Answer.objects.exists()


@pytest.fixture
def proposal(as_, cast, order, lines, filled, soon):
    """Alice proposed five days later for the first line."""
    change = {"choice": "change", "parts-0-date": soon + timedelta(days=5)}
    as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", filled(order, {lines[0]: change}))
    return LineAnswer.objects.get(line=lines[0])


def test_a_buyer_who_comes_second_keeps_reason_and_counter_proposal(
    as_, cast, order, proposal, soon, text_of
):
    approve_lines(order, by=cast.bea, answer_ids=[proposal.pk], at=factories.NOW)
    bea = as_(cast.bea)
    declined = bea.post(
        f"/orders/{order.pk}/decline/", {"answer_ids": proposal.pk, "reason": "Too late for us"}
    )
    countered = bea.post(
        f"/orders/{order.pk}/counter/",
        {
            "answer_id": proposal.pk,
            "parts-0-quantity": "10",
            "parts-0-date": soon.isoformat(),
            "parts-0-price": "4.50",
            "comment": "Half way",
        },
    )
    for response, typed in ((declined, "“Too late for us”"), (countered, f"10 on {soon} at 4.50")):
        assert response.status_code == 409
        assert "agreed by Bea Buyer" in text_of(response)
        assert f"What you typed is kept here: {typed}" in text_of(response)
    assert "Half way" in text_of(countered)


def test_a_proposal_overtaken_by_a_change_in_odoo_stays_to_be_read(
    as_, cast, order, lines, proposal, change, text_of
):
    change()
    PurchaseOrderLine.objects.filter(pk=lines[0].pk).update(state=LineState.ASKED)
    LineAnswer.objects.filter(pk=proposal.pk).update(state="SUPERSEDED")
    words = text_of(as_(cast.alice).get(f"/orders/{order.pk}/"))
    assert "Proposed in round 1 by Alice Sales" in words
    assert "overtaken by a change of the order" in words
