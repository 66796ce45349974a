"""A counter-proposal typed in the row it answers."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from orders.purchasing.actions import approve_lines
from orders.purchasing.lifecycle import AnswerState

HTMX = {"HX-Request": "true"}


@pytest.fixture
def proposal(propose):
    return propose(later=9)


def test_the_form_opens_in_the_row_with_what_was_proposed(as_, cast, proposal, today):
    answer = as_(cast.bea).get(f"/decide/{proposal.pk}/counter/?back=/decide/", headers=HTMX)
    html = answer.content.decode()
    assert b"<html" not in answer.content
    assert f'action="/orders/{proposal.answer.order_id}/counter/"' in html
    assert f'hx-target="#job-{proposal.pk}"' in html
    assert f'value="{(today + timedelta(days=29)).isoformat()}"' in html
    assert 'name="back" value="/decide/"' in html


def test_without_htmx_it_is_on_the_page_of_the_order(as_, cast, proposal):
    answer = as_(cast.bea).get(f"/decide/{proposal.pk}/counter/")
    order = proposal.answer.order_id
    assert answer["Location"] == f"/orders/{order}/?counter={proposal.pk}#proposal-{proposal.pk}"


def test_what_was_decided_meanwhile_is_looked_at_on_the_order(as_, cast, proposal):
    approve_lines(proposal.answer.order, by=cast.bea, answer_ids=[proposal.pk], at=timezone.now())
    assert as_(cast.bea).get(f"/decide/{proposal.pk}/counter/", headers=HTMX).status_code == 302


def test_sent_with_htmx_the_row_says_what_follows(as_, cast, proposal, today):
    wanted = {"parts-0-quantity": "10", "parts-0-date": (today + timedelta(days=24)).isoformat()}
    answer = as_(cast.bea).post(
        f"/orders/{proposal.answer.order_id}/counter/",
        {"answer_id": proposal.pk, "submission": str(uuid.uuid4()), "parts-0-price": "4.50", **wanted},
        headers=HTMX,
    )
    assert b"Counter-proposal sent" in answer.content
    proposal.refresh_from_db()
    assert proposal.state == AnswerState.COUNTERED


def test_only_those_who_decide_get_the_form(as_, cast, proposal):
    address = f"/decide/{proposal.pk}/counter/"
    assert as_(cast.boris).get(address, headers=HTMX).status_code == 404
    assert as_(cast.mallory).get(address, headers=HTMX).status_code == 404
    assert as_(cast.alice).get(address, headers=HTMX).status_code == 403
    assert as_(cast.bea).post(address).status_code == 405
