"""Past decisions: newest first, page by page, whoever took them, with their reasons."""

from datetime import timedelta

import pytest
from django.utils import timezone

from orders.decisions import past
from orders.purchasing.actions import approve_lines, decline_lines
from orders.purchasing.models import LineAnswer


@pytest.fixture
def decided(cast, propose):
    """Five decisions, the last one taken first."""
    found = []
    for days in (1, 2, 3, 4, 5):
        proposal = propose(later=days)
        at = timezone.now() - timedelta(days=days)
        if days == 2:
            decline_lines(
                proposal.answer.order, by=cast.bea, answer_ids=[proposal.pk], reason="Not so late", at=at
            )
        else:
            approve_lines(proposal.answer.order, by=cast.bea, answer_ids=[proposal.pk], at=at)
        found.append(proposal.pk)
    return found


def ids(response):
    return [reply.answer.pk for reply in response.context["replies"]]


def test_the_newest_come_first_page_by_page(as_, cast, decided, monkeypatch, words_of):
    monkeypatch.setattr(past, "PAGE", 2)
    bea = as_(cast.bea)
    first = bea.get(f"/decide/past/?supplier={cast.acme.pk}&kinds=date")
    assert ids(first) == decided[:2]
    assert "“Not so late”" in words_of(first)
    second = bea.get("/decide/past/" + first.context["older_query"])
    third = bea.get("/decide/past/" + second.context["older_query"])
    assert ids(second) + ids(third) == decided[2:]
    assert third.context["older_query"] == ""


def test_other_kinds_suppliers_and_companies_are_left_out(as_, cast, decided, words_of):
    bea = as_(cast.bea)
    for query in ("kinds=price", f"supplier={cast.globex.pk}", "company=999999"):
        response = bea.get(f"/decide/past/?{query}")
        assert ids(response) == []
        assert "Nothing was decided yet" in words_of(response)
    assert ids(as_(cast.boris).get("/decide/past/")) == []


def test_what_is_older_than_half_a_year_is_left_out(as_, cast, propose):
    proposal = propose(later=3)
    long_ago = timezone.now() - timedelta(days=200)
    approve_lines(proposal.answer.order, by=cast.bea, answer_ids=[proposal.pk], at=long_ago)
    assert ids(as_(cast.bea).get("/decide/past/")) == []


def test_what_nobody_decided_is_no_decision(as_, cast, decided):
    LineAnswer.objects.filter(pk=decided[0]).update(decided_by=None)
    assert decided[0] not in ids(as_(cast.bea).get("/decide/past/"))
