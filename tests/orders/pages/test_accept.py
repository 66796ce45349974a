"""Confirming a whole order with one click, on its page and on the worklist."""

import pytest

from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import Answer, PurchaseOrder


@pytest.fixture
def accept(as_, cast, order, filled):
    def send(*, by=None, headers=None, **more):
        data = filled(order) | more
        return as_(by or cast.alice).post(f"/orders/{order.pk}/accept/", data, headers=headers or {})

    return send


def test_one_click_confirms_every_line_as_asked(accept, order):
    assert accept()["Location"] == f"/orders/{order.pk}/"
    assert set(order.lines.values_list("state", flat=True)) == {LineState.AGREED}


def test_from_the_worklist_one_returns_to_the_worklist(accept):
    assert accept(back="home")["Location"] == "/"


def test_with_htmx_the_row_says_what_was_done(accept, order):
    response = accept(headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert f"Receipt {order.number}-R1".encode() in response.content
    assert b"<html" not in response.content


def test_with_htmx_a_refusal_takes_the_whole_page(accept, order):
    PurchaseOrder.objects.filter(pk=order.pk).update(revision=2)
    order.lines.update(asked_in_revision=2)
    response = accept(headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert response["HX-Retarget"] == "body"
    assert b"while you were typing" in response.content
    assert not Answer.objects.exists()


def test_a_second_click_with_another_form_finds_nothing_to_confirm(accept, order, text_of):
    accept()
    response = accept()
    assert response.status_code == 422
    assert f"Nothing of order {order.number} waits for your answer" in text_of(response)


def test_only_those_who_answer_may(accept, cast, as_, order):
    assert accept(by=cast.mallory).status_code == 404
    assert accept(by=cast.rita).status_code == 403
    assert accept(by=cast.bea).status_code == 403
    assert as_(cast.alice).get(f"/orders/{order.pk}/accept/").status_code == 405
    assert not Answer.objects.exists()
