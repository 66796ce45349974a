"""Deciding on proposals: approve, decline with a reason, counter; on the order page and the worklist."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.purchasing.actions import LineReply, Part, acknowledge_order
from orders.purchasing.lifecycle import AnswerState, LineState
from orders.purchasing.models import Answer, LineAnswer


@pytest.fixture
def proposals(cast, order, soon):
    """Alice proposed five days later for both lines."""
    parts = (Part(Decimal(10), soon + timedelta(days=5), Decimal("4.50")),)
    acknowledge_order(
        order,
        by=cast.alice,
        revision=1,
        replies=[LineReply(line.pk, parts) for line in order.lines.all()],
        submission=uuid.uuid4(),
        at=timezone.now(),
    )
    return list(LineAnswer.objects.order_by("pk"))


@pytest.fixture
def decide(as_, cast, order):
    """Post a decision: ``decide("approve", answer_ids=…)``, as Bea unless somebody else is named."""

    def send(verb, *, by=None, headers=None, **data):
        return as_(by or cast.bea).post(f"/orders/{order.pk}/{verb}/", data, headers=headers or {})

    return send


def states(order):
    return list(order.lines.order_by("sequence").values_list("state", flat=True))


def test_the_buyer_sees_old_and_new_and_may_decide(as_, cast, order, proposals, soon):
    page = as_(cast.bea).get(f"/orders/{order.pk}/").content.decode()
    assert f'<del><time datetime="{soon.isoformat()}"' in page
    assert f'<ins><time datetime="{(soon + timedelta(days=5)).isoformat()}"' in page
    assert "Approve all 2 proposals" in page


def test_one_proposal_is_approved(decide, order, proposals):
    assert decide("approve", answer_ids=proposals[0].pk)["Location"] == f"/orders/{order.pk}/"
    assert states(order) == [LineState.AGREED, LineState.PROPOSED]


def test_all_proposals_are_approved_at_once(decide, order, proposals):
    decide("approve", answer_ids=",".join(str(proposal.pk) for proposal in proposals))
    assert states(order) == [LineState.AGREED, LineState.AGREED]


def test_on_the_worklist_the_row_says_what_was_done(decide, order, proposals):
    response = decide("approve", answer_ids=proposals[0].pk, headers={"HX-Request": "true"})
    assert f"Approved: 1 proposal on order {order.number}".encode() in response.content
    assert decide("approve", answer_ids=proposals[1].pk, back="home")["Location"] == "/"


def test_a_decline_needs_a_reason_and_keeps_the_page(decide, order, proposals, text_of):
    response = decide("decline", answer_ids=proposals[0].pk, reason=" ")
    assert response.status_code == 422
    assert "Say why you decline" in text_of(response)
    assert states(order) == [LineState.PROPOSED, LineState.PROPOSED]


def test_a_decline_sends_the_line_back_with_the_reason(as_, cast, decide, order, proposals, text_of):
    decide("decline", answer_ids=proposals[0].pk, reason="Price is fixed")
    assert states(order) == [LineState.ASKED, LineState.PROPOSED]
    assert "declined by Bea Buyer: Price is fixed" in text_of(as_(cast.alice).get(f"/orders/{order.pk}/"))


def test_a_counter_proposal_is_the_suppliers_turn(as_, cast, decide, order, proposals, soon, form_of):
    decide(
        "counter",
        answer_id=proposals[0].pk,
        submission=str(uuid.uuid4()),
        comment="Two days",
        **{
            "parts-0-quantity": "10",
            "parts-0-date": (soon + timedelta(days=2)).isoformat(),
            "parts-0-price": "4,4",
        },
        **{"parts-1-quantity": "", "parts-1-date": "", "parts-1-price": ""},
    )
    assert states(order) == [LineState.COUNTERED, LineState.PROPOSED]
    line = order.lines.order_by("sequence").first()
    assert (line.asked_on, line.asked_price) == (soon + timedelta(days=2), Decimal("4.4"))
    alice = as_(cast.alice)
    fields = form_of(alice.get(f"/orders/{order.pk}/"), f"/orders/{order.pk}/acknowledge/")
    alice.post(f"/orders/{order.pk}/acknowledge/", fields)
    assert states(order) == [LineState.AGREED, LineState.PROPOSED]


def test_a_counter_proposal_names_every_problem_and_keeps_the_typing(decide, order, proposals, text_of):
    response = decide(
        "counter",
        answer_id=proposals[0].pk,
        submission=str(uuid.uuid4()),
        comment="mind this",
        **{"parts-0-quantity": "many", "parts-0-date": "", "parts-0-price": "1.234"},
    )
    assert response.status_code == 422
    words, page = text_of(response), response.content.decode()
    assert all(said in words for said in ("must be a number", "must be a date", "read in two ways"))
    assert all(f'value="{kept}"' in page for kept in ("many", "1.234", "mind this"))
    assert Answer.objects.count() == 1


def test_what_the_rules_refuse_of_a_counter_proposal_is_at_its_field(decide, proposals):
    response = decide(
        "counter",
        answer_id=proposals[0].pk,
        submission=str(uuid.uuid4()),
        **{"parts-0-quantity": "10", "parts-0-date": "2020-01-01", "parts-0-price": "4.50"},
    )
    assert response.status_code == 422
    assert "today" in response.context["counter"].parts[0].errors["date"]


def test_what_was_decided_already_is_said_and_nothing_changes(decide, order, proposals):
    decide("approve", answer_ids=proposals[0].pk)
    response = decide("decline", answer_ids=proposals[0].pk, reason="too late")
    assert response.status_code == 409
    assert "needs no decision any more" in response.content.decode()
    proposals[0].refresh_from_db()
    assert proposals[0].state == AnswerState.AGREED


def test_nobody_else_may_decide(as_, cast, decide, order, proposals):
    for verb in ("approve", "decline", "counter"):
        data = {"answer_ids": proposals[0].pk, "answer_id": proposals[0].pk, "reason": "no"}
        assert decide(verb, by=cast.boris, **data).status_code == 404
        assert decide(verb, by=cast.mallory, **data).status_code == 404
        assert decide(verb, by=cast.alice, **data).status_code == 403
        assert as_(cast.bea).get(f"/orders/{order.pk}/{verb}/").status_code == 405
    assert states(order) == [LineState.PROPOSED, LineState.PROPOSED]


def test_a_supplier_is_offered_no_decision(as_, cast, order, proposals):
    page = as_(cast.alice).get(f"/orders/{order.pk}/").content
    assert b"/approve/" not in page
    assert b"/counter/" not in page


def test_the_effect_on_value_is_after_the_discount(as_, cast, order, soon, text_of):
    order.lines.update(discount=Decimal(10))
    line = order.lines.order_by("sequence").first()
    acknowledge_order(
        order,
        by=cast.alice,
        revision=1,
        replies=[LineReply(line.pk, (Part(Decimal(10), soon, Decimal("5.50")),))],
        submission=uuid.uuid4(),
        at=timezone.now(),
    )
    assert "Effect on value +9.00 EUR" in text_of(as_(cast.bea).get(f"/orders/{order.pk}/"))
    assert "raises the order by 9.00 EUR" in text_of(as_(cast.bea).get("/decide/"))
