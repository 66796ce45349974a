"""Reading a whole Odoo waits while a page is asked for or an action is on its way; nothing else ever does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from integrations.odoo.courtesy import MOST_SECONDS, let_people_go_first
from integrations.outbox.models import OutboxMessage, Status
from integrations.priority import yielding

pytestmark = pytest.mark.django_db(transaction=True)


class Sleeper:
    """Counts the seconds slept; after some of them something happens."""

    def __init__(self, after: float = 9.0, then: Any = None) -> None:
        self.seconds, self._after, self._then = 0.0, after, then

    def __call__(self, seconds: float) -> None:
        self.seconds += seconds
        if self._then and self.seconds >= self._after:
            self._then()
            self._then = None


def message(**values: Any) -> OutboxMessage:
    filled = {"topic": "test.said", "key": "1", "document": "order:1", "destination": "odoo:1"} | values
    return OutboxMessage.objects.create(**filled, payload={})


@pytest.fixture
def web() -> Iterator[psycopg.Connection[Any]]:
    """A web process's connection."""
    parameters = connection.get_connection_params() | {"cursor_factory": None}
    parameters |= {"application_name": settings.WEB_APPLICATION_NAME}
    with psycopg.connect(**parameters) as another:
        yield another


def test_what_does_not_yield_waits_for_nobody(django_assert_num_queries):
    message()
    sleeper = Sleeper()
    with django_assert_num_queries(0):
        assert not let_people_go_first(sleep=sleeper)
    assert sleeper.seconds == 0


def test_in_silence_it_costs_one_question(django_assert_num_queries):
    with yielding(), django_assert_num_queries(1):
        assert not let_people_go_first(sleep=Sleeper())


def test_an_action_on_its_way_goes_first():
    underway = message()
    sleeper = Sleeper(0.1, lambda: OutboxMessage.objects.filter(pk=underway.pk).delete())
    with yielding():
        assert let_people_go_first(sleep=sleeper)
    assert 0.1 <= sleeper.seconds < 0.2


@pytest.mark.parametrize(
    "values",
    [
        {"queue": "bulk"},
        {"due_at": timezone.now() + timedelta(hours=1)},
        {"status": Status.DELIVERED, "delivered_at": timezone.now()},
        {"status": Status.PARKED, "parked_at": timezone.now(), "reason": "No such unit."},
    ],
    ids=["other bulk work", "waits for its next attempt", "delivered", "needs a person"],
)
def test_what_is_not_about_to_be_sent_holds_up_nothing(values):
    message(**values)
    with yielding():
        assert not let_people_go_first(sleep=Sleeper())


def test_a_request_being_answered_goes_first(web):
    web.execute("SELECT 1")
    sleeper = Sleeper(0.1, web.commit)
    with yielding():
        assert let_people_go_first(sleep=sleeper)
    assert 0.1 <= sleeper.seconds < 0.2


def test_a_web_process_without_a_request_holds_up_nothing(web):
    web.execute("SELECT 1")
    web.commit()
    with yielding():
        assert not let_people_go_first(sleep=Sleeper())


def test_where_somebody_always_asks_it_goes_on_all_the_same(web):
    web.execute("SELECT 1")
    sleeper = Sleeper()
    with yielding():
        assert let_people_go_first(sleep=sleeper)
    assert sleeper.seconds == pytest.approx(MOST_SECONDS)
