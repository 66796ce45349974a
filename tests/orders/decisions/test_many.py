"""Many proposals decided at once: what it comes to first, then order by order, each at most once."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from orders.bulk.lifecycle import JobState, OrderWork
from orders.decisions import actions
from orders.decisions.actions import TURNS, Wish, forget_old_jobs, start_job
from orders.decisions.lifecycle import Verb
from orders.decisions.models import DecisionJob, DecisionJobOrder
from orders.decisions.reading import open_proposals
from orders.purchasing.actions import approve_lines
from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.models import LineAnswer
from suppliers.journal.models import JournalEntry
from suppliers.people.models import Membership, Role
from suppliers.refusal import Refused
from tests import factories


@pytest.fixture
def proposals(propose):
    """Three proposals on three orders: two later, one dearer."""
    return [propose(later=5), propose(later=9), propose(price="4.95")]


@pytest.fixture
def send(as_, cast, django_capture_on_commit_callbacks):
    """Post a decision on some proposals as Bea, or whoever is named; what follows the commit is done."""

    def post(found, do="approve", *, by=None, sure="1", key=None, **more):
        data = {
            "proposal": [one.pk for one in found],
            "do": do,
            "sure": sure,
            "key": key or str(uuid.uuid4()),
        }
        with django_capture_on_commit_callbacks(execute=True):
            return as_(by or cast.bea).post("/decide/many/", data | more)

    return post


def states():
    return list(LineAnswer.objects.order_by("pk").values_list("state", flat=True))


def test_what_is_chosen_is_approved_order_by_order(as_, cast, proposals, send, words_of):
    answer = send(proposals[:2])
    job = DecisionJob.objects.get()
    assert answer["Location"] == f"/decide/?job={job.pk}"
    assert states() == [AnswerState.AGREED, AnswerState.AGREED, AnswerState.PENDING]
    assert (job.state, job.order_count, job.line_count) == (JobState.DONE, 2, 2)
    words = words_of(as_(cast.bea).get(answer["Location"]))
    assert "Approved: 2 proposals of 2 orders; the suppliers are told by mail." in words
    assert JournalEntry.objects.filter(verb="order.approved", actor=cast.bea).count() == 2


def test_a_decline_needs_one_reason_for_all(proposals, send, words_of):
    answer = send(proposals, "decline", reason=" ")
    assert answer.status_code == 422
    assert "Say why you decline" in words_of(answer)
    assert set(states()) == {AnswerState.PENDING}
    send(proposals, "decline", reason="Prices and dates are fixed")
    assert set(states()) == {AnswerState.DECLINED}
    assert set(LineAnswer.objects.values_list("decision_reason", flat=True)) == {"Prices and dates are fixed"}


def test_before_it_is_done_it_is_said_what_it_does(as_, cast, proposals, words_of):
    query = "&".join(f"proposal={one.pk}" for one in proposals)
    words = words_of(as_(cast.bea).get(f"/decide/count/?{query}"))
    assert "3 lines of 3 orders Approving raises them by 4.50 EUR; lets 2 come late by up to 9 days." in words


def test_without_scripts_a_page_says_it_first(proposals, send, words_of):
    answer = send(proposals, sure="")
    words = words_of(answer)
    assert answer.status_code == 200
    assert "3 lines of 3 orders Approving raises them by 4.50 EUR" in words
    assert "Approve 3 proposals" in words
    assert "Decline 3 proposals" not in words
    assert set(states()) == {AnswerState.PENDING}
    assert not DecisionJob.objects.exists()
    words = words_of(send(proposals, "decline", sure=""))
    assert "Decline 3 proposals" in words
    assert "Approve 3" not in words


def test_all_of_the_list_means_its_filters_and_nothing_newer(cast, propose, proposals, send):
    newest = max(one.pk for one in proposals)
    unseen = propose(later=3)
    answer = send([], all="1", query="?kind=date", newest=newest)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/decide/?kind=date&job=")
    assert states() == [AnswerState.AGREED, AnswerState.AGREED, AnswerState.PENDING, AnswerState.PENDING]
    unseen.refresh_from_db()
    assert unseen.state == AnswerState.PENDING


def test_a_double_click_decides_once(proposals, send):
    key = str(uuid.uuid4())
    first, second = send(proposals, key=key), send(proposals, key=key)
    assert first["Location"] == second["Location"]
    assert DecisionJob.objects.count() == 1
    assert JournalEntry.objects.filter(verb="order.approved").count() == 3


def test_what_was_decided_meanwhile_is_named_and_the_rest_is_done(as_, cast, proposals, send, words_of):
    user = cast.bea
    found = [one for one in open_proposals(user) if one.pk in {one.pk for one in proposals}]
    job = start_job(Wish(Verb.APPROVE, uuid.uuid4()), found, by=user, at=timezone.now())
    order = proposals[0].answer.order
    approve_lines(order, by=user, answer_ids=[proposals[0].pk], at=timezone.now())
    while TURNS.next(job.pk, at=timezone.now()):
        pass
    assert set(states()) == {AnswerState.AGREED}
    row = DecisionJobOrder.objects.get(order=order)
    assert (row.work, row.decided) == (OrderWork.FAILED, 0)
    words = words_of(as_(cast.bea).get(f"/decide/jobs/{job.pk}/"))
    assert "Approved: 2 proposals of 3 orders" in words
    assert "1 order could not be decided on as you wanted" in words
    assert f"{order.number} Acme Fasteners GmbH: It was decided on, or the order was changed" in words


def test_what_breaks_with_one_order_stays_with_it(cast, proposals, send, monkeypatch):
    broken = proposals[1].answer.order_id

    def approve(order, **more):
        if order.pk == broken:
            raise ZeroDivisionError
        approve_lines(order, **more)

    monkeypatch.setattr(actions, "approve_lines", approve)
    send(proposals)
    assert states() == [AnswerState.AGREED, AnswerState.PENDING, AnswerState.AGREED]
    row = DecisionJobOrder.objects.get(order=broken)
    assert row.work == OrderWork.FAILED
    assert "nothing was decided" in row.problem
    assert DecisionJob.objects.get().state == JobState.DONE


def test_what_takes_longer_than_patience_a_worker_does(as_, cast, proposals, send, monkeypatch, words_of):
    asked = []
    monkeypatch.setattr(actions, "PATIENCE", 0)
    monkeypatch.setattr(
        "orders.decisions.actions.current_app.send_task", lambda name, **more: asked.append((name, more))
    )
    answer = send(proposals)
    job = DecisionJob.objects.get()
    assert asked == [("orders.decisions.work_off", {"kwargs": {"job_id": job.pk}, "retry": False})]
    page = as_(cast.bea).get(answer["Location"])
    assert "Approved so far: 0 of 3 orders. You may leave this page" in words_of(page)
    assert f'hx-get="/decide/jobs/{job.pk}/" hx-trigger="every 1s"'.encode() in page.content
    assert not TURNS.for_a_while(job.pk, clock=timezone.now)
    assert set(states()) == {AnswerState.AGREED}
    fragment = as_(cast.bea).get(f"/decide/jobs/{job.pk}/", headers={"HX-Request": "true"})
    assert b"<html" not in fragment.content
    assert b"hx-trigger" not in fragment.content


def test_a_job_that_lost_its_worker_is_found_again(cast, proposals):
    now = timezone.now()
    job = start_job(Wish(Verb.APPROVE, uuid.uuid4()), open_proposals(cast.bea), by=cast.bea, at=now)
    assert TURNS.unfinished(now=now) == []
    assert TURNS.unfinished(now=now + timedelta(minutes=1)) == [job.pk]


def test_whoever_lost_the_role_meanwhile_decides_nothing(cast, proposals):
    job = start_job(
        Wish(Verb.APPROVE, uuid.uuid4()), open_proposals(cast.bea), by=cast.bea, at=timezone.now()
    )
    Membership.objects.filter(user=cast.bea).update(role=Role.ACCOUNTS_PAYABLE)
    while TURNS.next(job.pk, at=timezone.now()):
        pass
    assert set(states()) == {AnswerState.PENDING}
    assert "Your role does not allow" in DecisionJobOrder.objects.first().problem


def test_too_much_at_once_and_nothing_at_all_are_refused(cast, proposals, send, monkeypatch, words_of):
    monkeypatch.setattr(actions, "MOST_LINES", 2)
    assert "Decide on at most 2 lines at once" in words_of(send(proposals))
    send(proposals[:2])
    words = words_of(send(proposals[:2]))
    assert "Nothing of what you chose waits for your decision any more" in words
    with pytest.raises(Refused):
        start_job(Wish(Verb.APPROVE, uuid.uuid4()), [], by=cast.bea, at=timezone.now())
    assert send(proposals, "postpone").status_code == 422


def test_nobody_else_may(as_, cast, proposals, send):
    clerk = factories.member(factories.user("Clara Clerk"), cast.northwind, Role.ACCOUNTS_PAYABLE)
    assert send(proposals, by=cast.boris).status_code == 404
    assert send(proposals, by=cast.mallory).status_code == 403
    assert send(proposals, by=cast.alice).status_code == 403
    assert send(proposals, by=clerk).status_code == 403
    assert as_(cast.alice).get("/decide/count/").status_code == 403
    assert as_(cast.bea).get("/decide/many/").status_code == 405
    assert set(states()) == {AnswerState.PENDING}


def test_of_orders_one_may_only_look_at_nothing_is_decided(as_, cast, propose, send):
    other = factories.company("Southbay Supply Ltd")
    factories.member(cast.bea, other, Role.ACCOUNTS_PAYABLE)
    here, there = propose(later=5), propose(company=other, later=5)
    send([here, there])
    assert states() == [AnswerState.AGREED, AnswerState.PENDING]


def test_jobs_are_seen_by_whoever_works_for_all_of_their_companies(as_, cast, max_, proposals, send):
    send(proposals)
    address = f"/decide/jobs/{DecisionJob.objects.get().pk}/"
    assert as_(max_).get(address).status_code == 200
    assert as_(cast.boris).get(address).status_code == 404
    assert as_(cast.alice).get(address).status_code == 404
    assert as_(cast.bea).post(address).status_code == 405
    assert b"Approved" not in as_(cast.boris).get(f"/decide/?job={DecisionJob.objects.get().pk}").content


def test_old_jobs_are_forgotten_and_decisions_stay(cast, proposals, send):
    send(proposals)
    assert forget_old_jobs(now=timezone.now()) == 0
    assert forget_old_jobs(now=timezone.now() + timedelta(days=91)) == 1
    assert not DecisionJobOrder.objects.exists()
    assert set(states()) == {AnswerState.AGREED}
