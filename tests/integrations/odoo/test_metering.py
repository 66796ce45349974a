"""Every call to Odoo is counted: in memory first, in the database within seconds, as figures on pages."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError

from integrations.errors import TryLater
from integrations.odoo import metering
from integrations.odoo.call_figures import figures_of, percentile_ms
from integrations.odoo.connect import gateway_for
from integrations.odoo.metering import BOUNDS
from integrations.odoo.models import CallMinute, CallTotal, OdooConnection
from integrations.odoo.tasks import forget_old_calls
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
WRITE = "purchase.order.write"


@pytest.fixture(autouse=True)
def nothing_counted():
    metering._meter.begin_anew()
    yield
    metering._meter.begin_anew()


@pytest.fixture
def odoo():
    """The id of a connection."""
    return factories.connection().pk


def test_counting_asks_the_database_nothing(odoo, django_assert_num_queries):
    with django_assert_num_queries(0):
        metering.record(odoo, WRITE, 0.02, "ok", at=NOW)


def test_what_was_counted_is_added_up(odoo):
    for seconds in (0.004, 0.02, 0.02):
        metering.record(odoo, WRITE, seconds, "ok", at=NOW)
    assert metering.flush() == 1
    metering.record(odoo, WRITE, 70, "ok", at=NOW + timedelta(seconds=1))
    metering.record(odoo, WRITE, 0.3, "connection", at=NOW)
    metering.record(odoo, WRITE, 0.02, "ok", at=NOW + MINUTE)
    assert metering.flush() == 3
    assert metering.flush() == 0
    good, bad, next_one = CallMinute.objects.order_by("minute", "-outcome")
    assert (good.minute, good.calls, good.errors) == (NOW.replace(second=0), 4, 0)
    assert good.buckets == [1, 0, 2, *[0] * (len(BOUNDS) - 3), 1]
    assert good.total_ms == pytest.approx(70_044)
    assert good.last_at == NOW + timedelta(seconds=1)
    assert (bad.calls, bad.errors, next_one.calls) == (1, 1, 1)
    totals = dict(CallTotal.objects.values_list("outcome", "calls"))
    assert totals == {"ok": 5, "connection": 1}
    assert sum(CallTotal.objects.get(outcome="ok").buckets) == 5


def test_many_rows_are_written_with_two_statements(odoo, django_assert_max_num_queries):
    for number in range(300):
        metering.record(odoo, f"model.method_{number}", 0.02, "ok", at=NOW)
    with django_assert_max_num_queries(4):  # and a savepoint around them
        metering.flush()
    assert CallMinute.objects.count() == 300
    assert CallTotal.objects.get().calls == 300


def test_calls_of_a_connection_that_is_gone_are_left_out(odoo):
    metering.record(odoo, WRITE, 0.02, "ok", at=NOW)
    metering.record(odoo + 1000, WRITE, 0.02, "ok", at=NOW)
    metering.flush()
    assert CallMinute.objects.get().connection_id == odoo


def test_every_call_on_the_wire_is_counted_under_its_name(connection, server):
    gateway = gateway_for(connection)
    gateway.client.call("res.partner", "search_read", domain=[["id", "=", 0]], fields=["name"])
    server.faults.add("down", model="res.partner")
    with pytest.raises(TryLater):
        gateway.client.call("res.partner", "search_read", domain=[], fields=["name"])
    metering.flush()
    counted = {(row.model_method, row.outcome): row.calls for row in CallMinute.objects.all()}
    assert counted[("res.partner.search_read", "ok")] == 1
    assert counted[("res.partner.search_read", "connection")] == 1
    assert counted[("version", "ok")] == 1
    asked = server.calls.last
    assert sum(counted.values()) >= asked > 0


def test_figures_of_the_last_hour(odoo):
    for minutes_ago, seconds, outcome in [
        (0, 0.02, "ok"),
        (1, 0.02, "ok"),
        (1, 0.04, "ok"),
        (1, 4.0, "connection"),
        (59, 0.02, "permission"),
        (60, 0.02, "ok"),
    ]:
        metering.record(odoo, WRITE, seconds, outcome, at=NOW - minutes_ago * MINUTE)
    metering.flush()
    figures = figures_of([odoo], now=NOW)[odoo]
    assert (figures.calls, figures.errors) == (5, 2)
    assert figures.errors_by_class == {"connection": 1, "permission": 1}
    assert len(figures.minutes) == 60
    assert figures.minutes[-1].minute == NOW.replace(second=0)
    assert [(m.calls, m.errors) for m in figures.minutes[-2:]] == [(3, 1), (1, 0)]
    assert figures.minutes[-3].p50_ms is None
    assert figures.p50_ms is not None
    assert figures.p95_ms is not None
    assert 10 <= figures.p50_ms <= 25
    assert 2500 <= figures.p95_ms <= 5000
    assert figures.last_success_at == NOW


def test_a_connection_never_called_has_empty_figures(odoo):
    figures = figures_of([odoo], now=NOW)[odoo]
    assert (figures.calls, figures.p50_ms, figures.last_success_at) == (0, None, None)


def test_figures_of_many_connections_take_two_queries(odoo, django_assert_num_queries):
    pks = [odoo, factories.connection().pk, factories.connection().pk]
    with django_assert_num_queries(2):
        assert set(figures_of(pks, now=NOW)) == set(pks)


@pytest.mark.parametrize(
    ("buckets", "share", "expected"),
    [
        ([0] * 14, 0.5, None),
        ([10] + [0] * 13, 0.5, 2.5),
        ([0, 4] + [0] * 12, 0.5, 7.5),
        ([1, 0, 0, 1] + [0] * 10, 0.95, 47.5),
        ([0] * 13 + [1], 0.5, 60_000),
    ],
)
def test_percentiles_come_from_the_buckets(buckets, share, expected):
    assert percentile_ms(buckets, share) == (expected if expected is None else pytest.approx(expected))


def test_after_two_weeks_the_minutes_are_forgotten_and_the_totals_stay(odoo):
    for age in (timedelta(days=15), timedelta(days=13)):
        metering.record(odoo, WRITE, 0.02, "ok", at=NOW - age)
    metering.flush()
    assert metering.forget_old(now=NOW) == 1
    assert CallMinute.objects.count() == 1
    assert CallTotal.objects.get().calls == 2
    forget_old_calls()
    assert OdooConnection.objects.filter(pk=odoo).exists()


@pytest.mark.django_db(transaction=True)
def test_a_thread_writes_the_counts_down_by_itself(odoo, settings):
    settings.METERING_SECONDS = 0.2
    metering.record(odoo, WRITE, 0.02, "ok", at=NOW)
    timer = metering._meter.timer
    assert timer is not None
    timer.join(timeout=10)
    assert CallMinute.objects.get().calls == 1
    assert metering.flush() == 0


def test_counts_survive_a_database_that_is_away_for_a_moment(odoo, monkeypatch):
    metering.record(odoo, WRITE, 0.02, "ok", at=NOW)
    with monkeypatch.context() as patch:
        patch.setattr(metering, "_ADD_TOTALS", "SELECT nothing {rows}")
        with pytest.raises(DatabaseError):
            metering.flush()
    metering.record(odoo, WRITE, 0.02, "ok", at=NOW)
    metering.flush()
    assert CallMinute.objects.get().calls == CallTotal.objects.get().calls == 2
