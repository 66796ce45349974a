"""No more calls a second than the administrator allows, over all processes; urgent work goes first."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.deadline import time_limit
from integrations.errors import Unavailable
from integrations.odoo import circuit
from integrations.odoo.client import Access, connect
from integrations.odoo.models import OdooConnection
from integrations.odoo.rate import LONGEST_WAIT, LONGEST_YIELD, YIELDING_SHARE, take_turn
from integrations.odoo.traffic import ConnectionTraffic
from integrations.priority import yielding
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class Clock:
    """A clock that moves only when somebody sleeps."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now
        self.waits: list[float] = []

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def odoo():
    """The id of a connection."""
    return factories.connection().pk


def calls(odoo: int, clock: Clock, times: int, rate: float = 2.0) -> None:
    for _ in range(times):
        take_turn(odoo, rate, clock=clock, sleep=clock.sleep)


def test_without_a_limit_nothing_is_asked(odoo, clock, django_assert_num_queries):
    with django_assert_num_queries(0):
        take_turn(odoo, None, clock=clock, sleep=clock.sleep)
    assert clock.waits == []


def test_a_call_under_a_limit_costs_one_statement(odoo, clock, django_assert_num_queries):
    with django_assert_num_queries(1):
        calls(odoo, clock, 1)


def test_calls_are_spread_over_time(odoo, clock):
    calls(odoo, clock, 21)
    assert clock.now - NOW == timedelta(seconds=10)


def test_after_silence_only_a_second_s_worth_is_made_up_for(odoo, clock):
    calls(odoo, clock, 1)
    clock.now += timedelta(hours=1)
    began = clock.now
    calls(odoo, clock, 21)
    assert clock.now - began == timedelta(seconds=9)


def test_processes_share_the_limit(odoo):
    first, second = Clock(), Clock()
    calls(odoo, first, 3)
    calls(odoo, second, 2)
    assert second.now - NOW == timedelta(seconds=2)


def test_connections_do_not_share_it(odoo, clock):
    calls(odoo, clock, 10)
    other = Clock()
    calls(factories.connection().pk, other, 1)
    assert other.now == NOW


def test_nobody_waits_long_in_a_worker(odoo):
    def take() -> None:
        take_turn(odoo, 1.0, clock=lambda: NOW, sleep=lambda seconds: None)

    for _ in range(11):
        take()
    with pytest.raises(Unavailable) as busy:
        take()
    assert NOW + LONGEST_WAIT < busy.value.retry_at <= NOW + LONGEST_WAIT + timedelta(seconds=1)


def test_a_delivery_that_has_no_time_to_wait_is_handed_back(odoo, clock):
    calls(odoo, Clock(), 5, rate=1.0)
    with time_limit(0.5), pytest.raises(Unavailable) as busy:
        take_turn(odoo, 1.0, clock=clock, sleep=clock.sleep)
    assert clock.waits == []
    assert busy.value.retry_at == NOW + timedelta(seconds=5)


def test_work_that_yields_takes_no_more_than_its_share(odoo, clock):
    with yielding():
        calls(odoo, clock, 15, rate=2.0)
    assert clock.now - NOW >= timedelta(seconds=14 / (2.0 * YIELDING_SHARE) - 0.1)


def test_urgent_work_waits_for_one_call_of_an_import_at_most(odoo, clock):
    with yielding():
        calls(odoo, clock, 10, rate=2.0)
    urgent = Clock(clock.now)
    calls(odoo, urgent, 1)
    assert urgent.now - clock.now <= timedelta(seconds=0.5)


def test_an_import_lets_urgent_work_that_queues_go_first(odoo, clock):
    calls(odoo, Clock(), 10, rate=2.0)
    with yielding():
        calls(odoo, clock, 1, rate=2.0)
    assert clock.now - NOW >= timedelta(seconds=5)


def test_an_import_that_never_gets_a_turn_gives_up_for_now(odoo):
    waiting = Clock()

    def urgent_work_takes_it(seconds: float) -> None:
        waiting.sleep(seconds)
        calls(odoo, Clock(waiting.now), 3, rate=2.0)

    calls(odoo, Clock(NOW), 3, rate=2.0)
    with yielding(), pytest.raises(Unavailable):
        take_turn(odoo, 2.0, clock=waiting, sleep=urgent_work_takes_it)
    assert waiting.now - NOW >= LONGEST_YIELD - LONGEST_WAIT


def test_the_limit_of_the_connection_holds_on_the_wire(connection, server, clock):
    circuit.forget()
    OdooConnection.objects.filter(pk=connection.pk).update(calls_per_second=1.0)
    access = Access(connection.url, connection.database, connection.login, connection.api_key)
    traffic = ConnectionTraffic(connection.pk, guarded=True, now=clock, sleep=clock.sleep)
    client = connect(access, traffic=traffic)
    for _ in range(4):
        client.call("res.partner", "search_read", domain=[["id", "=", 0]], fields=["name"])
    client.close()
    assert sum(clock.waits) >= 2


def test_an_administrator_sets_the_limit(cast, as_):
    connection = factories.connection()
    page = f"/admin/odoo/odooconnection/{connection.pk}/change/"
    assert "calls_per_second" in as_(cast.ada).get(page).content.decode()
