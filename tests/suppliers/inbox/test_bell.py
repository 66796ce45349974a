"""The bell: what I was told, how much of it I have not read, and nobody else's."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from suppliers.notices.actions import notify
from suppliers.notices.models import Notice
from tests.factories import NOW
from tests.queries import without_the_wall
from tests.suppliers.notices.test_notify import context

LIST = "/me/notices/"


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def notices(cast, order):
    """Two things told to Alice, one to Olivia."""
    notify(order, event="order_new", to=[cast.alice, cast.olivia], context=context(), at=NOW, key="a")
    notify(order, event="order_decided", to=[cast.alice], context=context(), at=NOW, key="b")
    return list(Notice.objects.filter(to_user=cast.alice).order_by("pk"))


def unread(response):
    return response.context["frame"].told


def test_i_see_what_i_was_told_and_how_much_is_new(cast, as_, notices, order):
    alice = as_(cast.alice)
    response = alice.get(LIST)
    assert [row.key for row in response.context["rows"]] == ["b", "a"]
    assert unread(response) == 2
    assert f"/orders/{order.pk}/" in response.content.decode()
    assert unread(as_(cast.olivia).get(LIST)) == 1
    assert unread(as_(cast.bea).get(LIST)) == 0


def test_one_thing_or_everything_is_marked_as_read(cast, as_, notices):
    alice = as_(cast.alice)
    assert alice.post(f"{LIST}{notices[0].pk}/read/").status_code == 302
    assert unread(alice.get(LIST)) == 1
    assert [row.key for row in alice.get(f"{LIST}?state=unread").context["rows"]] == ["b"]
    assert alice.post(f"{LIST}read/").status_code == 302
    assert unread(alice.get(LIST)) == 0
    assert not Notice.objects.get(to_user=cast.olivia).read_at


def test_opening_the_order_reads_what_was_told_of_it(cast, as_, notices, order):
    as_(cast.alice).post(f"/orders/{order.pk}/opened/")
    cache.clear()
    assert unread(as_(cast.alice).get(LIST)) == 0


def test_it_can_be_read_as_it_was_written(cast, as_, notices):
    page = as_(cast.alice).get(f"{LIST}{notices[0].pk}/").content.decode()
    assert "Hello Alice Sales," in page
    assert (
        as_(cast.alice).post(f"{LIST}{notices[0].pk}/read/", headers={"HX-Request": "true"}).status_code
        == 204
    )


def test_nobody_reads_or_marks_what_others_were_told(cast, as_, notices):
    for other in (cast.olivia, cast.bea, cast.mallory):
        assert as_(other).get(f"{LIST}{notices[0].pk}/").status_code == 404
        assert as_(other).post(f"{LIST}{notices[0].pk}/read/").status_code == 404


def test_what_the_bell_was_told_to_leave_out_is_not_there(cast, as_, notices):
    Notice.objects.filter(key="b").update(in_app=False)
    response = as_(cast.alice).get(LIST)
    assert unread(response) == 1
    assert [row.key for row in response.context["rows"]] == ["a"]
    assert as_(cast.alice).get(f"{LIST}{notices[1].pk}/").status_code == 404


def test_older_things_are_a_page_further(cast, as_, order):
    for number in range(52):
        notify(order, event="order_decided", to=[cast.alice], context=context(), at=NOW, key=f"k{number}")
    first = as_(cast.alice).get(LIST)
    assert len(first.context["rows"]) == 50
    assert len(as_(cast.alice).get(LIST, {"before": first.context["following"]}).context["rows"]) == 2
    assert as_(cast.alice).get(LIST, {"before": "x" * 30}).status_code == 200


def test_the_count_is_asked_for_once_in_a_while(cast, as_, notices):
    alice, counts = as_(cast.alice), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            alice.get(LIST)
        counts.append(sum("notices_notice" in query for query in without_the_wall(found)))
    assert counts == [2, 1]
