"""Taking a proposal back on the order's page, in the middle of an answer to other lines."""

from datetime import timedelta

import pytest

from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import LineAnswer


@pytest.fixture
def proposal(as_, cast, order, lines, filled, soon):
    change = {"choice": "change", "parts-0-date": soon + timedelta(days=5)}
    as_(cast.alice).post(f"/orders/{order.pk}/acknowledge/", filled(order, {lines[0]: change}))
    return LineAnswer.objects.get(line=lines[0])


def states(order):
    return list(order.lines.order_by("sequence").values_list("state", flat=True))


def test_the_button_stands_beside_the_proposal_for_those_who_answer(as_, cast, order, proposal):
    for person, offered in ((cast.alice, True), (cast.rita, False), (cast.bea, False)):
        page = as_(person).get(f"/orders/{order.pk}/").content.decode()
        assert (f"/orders/{order.pk}/withdraw/" in page) is offered


def test_it_goes_back_to_the_page_and_says_what_follows(as_, cast, order, proposal, text_of):
    response = as_(cast.alice).post(f"/orders/{order.pk}/withdraw/", {"answer_ids": proposal.pk}, follow=True)
    assert response.redirect_chain == [(f"/orders/{order.pk}/", 302)]
    assert "Taken back. Northwind Distribution is told" in text_of(response)
    assert "taken back by Alice Sales" in text_of(response)
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_what_is_typed_for_other_lines_stays(as_, cast, order, lines, proposal, filled, form_of):
    typed = {lines[1]: {"choice": "change", "parts-0-quantity": "8"}}
    response = as_(cast.alice).post(
        f"/orders/{order.pk}/withdraw/", filled(order, typed, answer_ids=proposal.pk)
    )
    assert response.status_code == 200
    again = form_of(response, f"/orders/{order.pk}/acknowledge/")
    assert again[f"lines-{lines[1].pk}-parts-0-quantity"] == "8"
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_a_second_click_says_what_was_done(as_, cast, order, proposal, text_of):
    alice = as_(cast.alice)
    alice.post(f"/orders/{order.pk}/withdraw/", {"answer_ids": proposal.pk})
    again = alice.post(
        f"/orders/{order.pk}/withdraw/",
        {"answer_ids": proposal.pk},
        follow=True,
        headers={"Referer": f"http://testserver/orders/{order.pk}/"},
    )
    assert "needs no decision any more: taken back by Alice Sales" in text_of(again)
