"""What was sent: each mail and what became of it, why an order is silent, and what happens next."""

import re
import uuid

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from orders.deadlines.models import Deadline
from orders.deadlines.reading import sent_page
from orders.purchasing.actions import accept_order
from orders.purchasing.mail import tell_supplier_of_new_order
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.people.models import Membership
from tests import factories
from tests.orders.deadlines.conftest import DUE, HALF, MONDAY, NEARLY, at
from tests.queries import without_the_wall


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


NOON = at(23, 12)


def page(order, person, now=NOON):
    return sent_page(order, person, now=now)


def test_both_sides_see_what_was_sent_to_whom_and_what_comes_next(cast, order, asked):
    for person in (cast.alice, cast.rita, cast.bea):
        found = page(order, person)
        assert found.deadline == asked
        assert {mail.notice.to_name for mail in found.mails} == {"Alice Sales", "Olivia Owner"}
        assert [mail.badge.words for mail in found.mails] == ["Sent", "Sent"]
        assert (found.following.step.due_at, found.following.to) == (HALF, "Alice Sales")
        assert not found.is_overdue
    assert page(order, cast.bea, now=DUE).is_overdue


def test_after_a_step_the_next_one_is_named(cast, order, asked, keep):
    keep(NEARLY)
    assert page(order, cast.bea).following.to == "Alice Sales"
    keep(DUE)
    assert page(order, cast.bea).following.to == "Olivia Owner"
    cast.olivia.memberships.all().delete()
    assert page(order, cast.bea).following.to == "nobody: there is no such contact"


def test_a_mail_that_did_not_arrive_says_what_the_other_server_said(cast, order, asked, as_):
    Notice.objects.filter(to_user=cast.alice).update(
        state=NoticeState.BOUNCED, failed_at=MONDAY, failure="550 no such user"
    )
    text = words_of(as_(cast.bea).get(f"/orders/{order.pk}/sent/"))
    assert "Came back undelivered: 550 no such user" in text
    assert "Alice Sales (mail does not arrive)" in text


def test_why_no_clock_runs(cast, order):
    assert "the order was there before the portal" in page(order, cast.bea).silence
    tell_supplier_of_new_order(order, [], at=MONDAY)
    assert "The mail is on its way." in page(order, cast.bea).silence
    Notice.objects.update(state=NoticeState.REFUSED, failed_at=MONDAY)
    assert "No mail reached anybody" in page(order, cast.bea).silence
    Membership.objects.filter(supplier=cast.acme).exclude(user=cast.rita).delete()
    assert "Nobody at Acme Fasteners GmbH can answer" in page(order, cast.bea).silence


def test_an_answered_order_explains_nothing(cast, order, asked, keep):
    accept_order(order, by=cast.alice, revision=1, submission=uuid.uuid4(), at=at(24, 9))
    keep(at(24, 10))
    order.refresh_from_db()
    found = page(order, cast.bea)
    assert (found.deadline, found.silence, found.may_reroute) == (None, "", False)
    assert found.former.ended_at == at(24, 9)


def test_who_may_ask_another_contact(cast, order, asked, as_):
    for person, may in ((cast.alice, True), (cast.olivia, True), (cast.bea, True), (cast.rita, False)):
        assert page(order, person).may_reroute is may
    response = as_(cast.bea).post(f"/orders/{order.pk}/sent/to/", {"to": cast.olivia.pk})
    assert response["Location"] == f"/orders/{order.pk}/#sent"
    assert Notice.objects.get(event="order_forwarded").to_user == cast.olivia
    for nobody in ("", "x", cast.mallory.pk, cast.rita.pk):
        as_(cast.bea).post(f"/orders/{order.pk}/sent/to/", {"to": nobody})
    assert Notice.objects.filter(event="order_forwarded").count() == 1


def test_htmx_gets_the_part_alone(cast, order, asked, as_):
    url = f"/orders/{order.pk}/sent/"
    part = as_(cast.alice).get(url, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert "<html" in as_(cast.alice).get(url).content.decode()


def test_the_order_page_says_until_when_in_the_reader_s_zone(cast, order, asked, as_):
    cast.alice.time_zone = "Asia/Tokyo"
    cast.alice.save()
    Deadline.objects.update(due_at=timezone.now().replace(hour=20, minute=30))
    text = as_(cast.alice).get(f"/orders/{order.pk}/").content.decode()
    assert re.search(r"<dt>Answer (by|was due)</dt>", text)
    assert "05:30 JST" in text


def test_the_page_notes_once_that_it_was_opened(cast, order, asked, as_):
    alice, url = as_(cast.alice), f"/orders/{order.pk}/opened/"
    assert url in alice.get(f"/orders/{order.pk}/").content.decode()
    assert alice.post(url).status_code == 204
    first = Notice.objects.get(to_user=cast.alice).opened_at
    assert first is not None
    assert url not in alice.get(f"/orders/{order.pk}/").content.decode()
    alice.post(url)
    assert Notice.objects.get(to_user=cast.alice).opened_at == first
    assert Notice.objects.get(to_user=cast.olivia).opened_at is None


def test_the_list_and_the_worklist_say_until_when(cast, order, asked, as_):
    factories.order(cast.acme, cast.northwind)  # without a clock
    now = timezone.now()
    Deadline.objects.update(due_at=now.replace(year=now.year + 1))
    assert words_of(as_(cast.alice).get("/orders/")).count(" by ") >= 2
    assert "answer by" in words_of(as_(cast.alice).get("/"))
    Deadline.objects.update(due_at=MONDAY)
    rows = as_(cast.bea).get("/orders/").context["rows"]
    assert sum("was due" in row.badge for row in rows) == 2
    assert "answer was due" in words_of(as_(cast.alice).get("/"))


def test_it_takes_few_queries_however_much_was_sent(cast, order, asked, as_):
    bea, counts = as_(cast.bea), []
    bea.get(f"/orders/{order.pk}/sent/")
    Notice.objects.update(key="k")
    for number in (1, 10):
        for more in range(number):
            tell_supplier_of_new_order(order, [], at=at(24, 9))
            Notice.objects.filter(key=f"order-{order.pk}-new").update(key=f"k{number}-{more}")
        with CaptureQueriesContext(connection) as found:
            bea.get(f"/orders/{order.pk}/sent/", headers={"HX-Request": "true"})
        counts.append(len(without_the_wall(found)))
    assert counts[0] == counts[1] <= 12
