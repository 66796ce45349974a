"""Confirming again on the pages: one click for all that was asked, the normal form for a change."""

import uuid
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.deadlines.actions import start_clocks, stop_clocks
from orders.deadlines.lifecycle import DeadlineKind
from orders.deadlines.models import Deadline
from orders.purchasing.actions import accept_order, ask_to_confirm_again
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import Answer, LineAnswer
from suppliers.notices.models import Notice
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def asked(cast, order):
    """Alice agreed a month ago; today both lines come due and she is asked, by mail, to confirm again."""
    now = timezone.now()
    accept_order(order, by=cast.alice, revision=1, submission=uuid.uuid4(), at=now - timedelta(days=30))
    factories.policy(cast.northwind, cast.bea, Matter.AGAIN, upper=Bound(Decimal(25)), at=now)
    assert ask_to_confirm_again(order, at=now - timedelta(minutes=2)) == 2
    Notice.objects.filter(event="order_reconfirm").update(state="SENT", sent_at=now - timedelta(minutes=1))
    start_clocks(now=now)
    order.refresh_from_db()
    return order


def url(order, more=""):
    return f"/orders/{order.pk}/{more}"


def states(order):
    return set(order.lines.values_list("state", flat=True))


def test_both_sides_read_what_was_asked_and_until_when(as_, cast, asked, text_of):
    text = text_of(as_(cast.alice).get(url(asked)))
    assert "Delivery is near: do 2 lines still come as agreed?" in text
    assert "Confirm again by" in text
    assert "All 2 still as agreed" in text
    text = text_of(as_(cast.bea).get(url(asked)))
    assert "the supplier is asked to confirm again that 2 lines come as agreed." in text
    assert "Confirm again by" in text
    assert "To be confirmed again" in text
    assert "still as agreed" not in text


def test_one_click_confirms_again_and_the_page_says_when(as_, cast, asked, form_of, text_of):
    alice = as_(cast.alice)
    data = form_of(alice.get(url(asked)), url(asked, "accept/"))
    for _ in range(2):
        page = alice.post(url(asked, "accept/"), data, follow=True)
    assert "2 lines confirmed again" in text_of(page)
    assert states(asked) == {LineState.AGREED}
    assert Answer.objects.filter(order=asked).count() == 2
    for _ in range(2):  # before and after its clock was stopped
        for person in (cast.alice, cast.bea):
            text = text_of(as_(person).get(url(asked)))
            assert "Asked to confirm again" in text
            assert ", answered" in text
            assert "confirmed again" in text
            sent = text_of(as_(person).get(url(asked, "sent/")))
            assert "Clock runs" not in sent
            assert "it was due" in sent
        stop_clocks(now=timezone.now())
        assert not Deadline.objects.running().exists()
    assert "2 lines confirmed again" in text_of(as_(cast.bea).get(url(asked)))


@pytest.mark.parametrize(("person", "status"), [("rita", 403), ("mallory", 404), ("bea", 403)])
def test_others_may_not(as_, cast, asked, form_of, person, status):
    data = form_of(as_(cast.alice).get(url(asked)), url(asked, "accept/"))
    assert as_(getattr(cast, person)).post(url(asked, "accept/"), data).status_code == status
    assert as_(cast.alice).get(url(asked, "accept/")).status_code == 405
    assert states(asked) == {LineState.DUE}


def test_a_change_of_one_line_is_proposed_in_the_normal_form(as_, cast, asked, filled, soon):
    first, second = asked.lines.order_by("sequence")
    later = {"choice": "change", "parts-0-date": soon + timedelta(days=9)}
    page = as_(cast.alice).get(url(asked)).content.decode()
    assert page.count('value="confirm" selected>Still as agreed') == 2
    as_(cast.alice).post(
        url(asked, "acknowledge/"), filled(asked, {first: later, second: {"choice": "confirm"}})
    )
    assert list(asked.lines.order_by("sequence").values_list("state", flat=True)) == ["PROPOSED", "AGREED"]
    assert LineAnswer.objects.get(line=second, confirms_again=True)
    assert not LineAnswer.objects.get(line=first, state="PENDING").confirms_again


def test_what_is_past_by_now_takes_a_new_date(as_, cast, asked, text_of):
    asked.lines.update(asked_on=timezone.localdate() - timedelta(days=2))
    text = text_of(as_(cast.alice).get(url(asked)))
    assert "Give new dates" in text
    assert "still as agreed" not in text


def test_the_worklist_has_a_group_of_its_own_with_the_click(as_, cast, asked):
    alice = as_(cast.alice)
    response = alice.get("/")
    groups = {group.code: list(group.items) for group in response.context["work"].groups}
    [item] = groups["again"]
    assert (item.order, item.again, item.lines, "new" in groups) == (asked, 2, 2, False)
    assert b"Still as agreed</button>" in response.content
    assert b"2 lines to confirm again" in response.content
    data = {"revision": 1, "submission": str(item.submission), "back": "home"}
    assert b"Nothing waits for you" in alice.post(url(asked, "accept/"), data, follow=True).content


def test_an_order_with_more_to_confirm_stays_among_those(as_, cast, asked):
    factories.line(asked, sequence=30, asked_on=timezone.localdate() + timedelta(days=30))
    response = as_(cast.alice).get("/")
    groups = {group.code: list(group.items) for group in response.context["work"].groups}
    assert "again" not in groups
    assert b"3 lines to confirm, 2 of them again" in response.content


@pytest.mark.parametrize(("person", "badge"), [("alice", "Confirm again"), ("bea", "To be confirmed again")])
def test_the_list_has_them_in_a_tab(as_, cast, asked, text_of, person, badge):
    factories.order(cast.acme, cast.northwind)
    response = as_(getattr(cast, person)).get("/orders/?state=again")
    assert len(response.context["rows"]) == 2
    assert text_of(response).count(f"{badge} by") == 2


def test_when_none_is_left_the_tab_says_so(as_, cast, order, text_of):
    for person, said in (
        (cast.bea, "Everything that comes due was confirmed again"),
        (cast.alice, "Nothing is to be confirmed again"),
    ):
        assert said in text_of(as_(person).get("/orders/?state=again"))


def test_what_was_sent_says_what_was_asked(as_, cast, asked, text_of):
    text = text_of(as_(cast.bea).get(url(asked, "sent/")))
    assert "whether what is near still comes as agreed" in text
    assert Deadline.objects.get().kind == DeadlineKind.RECONFIRM


@pytest.mark.parametrize(("person", "most"), [("alice", 9), ("bea", 10)])
def test_it_costs_the_page_nothing(as_, cast, asked, person, most):
    browser = as_(getattr(cast, person))
    browser.get(url(asked))
    with CaptureQueriesContext(connection) as found:
        browser.get(url(asked))
    assert len(without_the_wall(found)) <= most, without_the_wall(found)
