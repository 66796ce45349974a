"""/metrics tells machines what waits and how it goes, and is closed to everybody it is not meant for."""

import json
import logging
import re
import sys
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from integrations.correlation import CorrelationFilter, under
from integrations.odoo import circuit, metering
from integrations.odoo.models import FeedCursor
from integrations.outbox.models import OutboxMessage
from portal.logs import JsonFormatter
from portal.monitoring.exposition import Metric, Sample, as_text, histogram_samples
from portal.monitoring.measures import measure
from suppliers.alerts.models import Alert
from tests import factories
from tests.integrations.outbox.conftest import enqueue

pytestmark = pytest.mark.django_db
NOW = factories.NOW
LINE = re.compile(r'^[a-z_]+(\{([a-z_]+="(\\.|[^"\\])*",?)*\})? (\+Inf|-?[0-9.e+-]+)$')


@pytest.fixture
def scrape(settings):
    settings.METRICS_TOKEN = "s3same"

    def get(token: str = "s3same"):
        return Client().get(reverse("monitoring:metrics"), headers={"Authorization": f"Bearer {token}"})

    return get


def test_with_the_token_a_machine_reads_every_line(scrape, cast, order):
    connection = cast.northwind.connection
    metering.record(connection.pk, "res.partner.read", 0.02, "ok", at=NOW)
    metering.flush()
    enqueue("a", destination=f"odoo:{connection.pk}")
    answer = scrape()
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.content.decode().splitlines() if not line.startswith("#")]
    assert lines
    assert [line for line in lines if not LINE.match(line)] == []


def test_without_a_token_in_the_settings_none_is_right(scrape, settings):
    settings.METRICS_TOKEN = ""
    assert scrape("").status_code == 401
    assert scrape("s3same").status_code == 401


def test_a_wrong_token_is_refused(scrape):
    assert scrape("sesame").status_code == 401


def test_an_alert_behind_the_wall_is_counted_and_no_tenant_is_named(scrape, cast, order):
    Alert.objects.create(
        supplier=cast.acme, company=cast.northwind, code="order.unanswered", key="1", subject_id=1,
        subject_type="purchaseorder", sentence="Acme is late", owner_roles=[], raised_at=NOW,
    )  # fmt: skip
    text = scrape().content.decode()
    assert 'quayside_alerts_open{code="order.unanswered"} 1' in text
    assert "Acme" not in text


def test_what_waits_is_counted_by_status_queue_and_destination(order):
    enqueue("a", destination="odoo:1")
    enqueue("b", destination="odoo:1")
    enqueue("c", destination="odoo:1")
    OutboxMessage.objects.filter(key__in="ab").update(created_at=NOW - timedelta(minutes=5))
    OutboxMessage.objects.filter(key="c").update(
        status="PARKED", reason="No.", parked_at=NOW, created_at=NOW - timedelta(minutes=1)
    )
    text = as_text(measure(now=NOW))
    labels = 'queue="critical",destination="odoo:1"'
    assert f'quayside_outbox_messages{{status="pending",{labels}}} 2' in text
    assert f'quayside_outbox_messages{{status="parked",{labels}}} 1' in text
    assert f'quayside_outbox_oldest_seconds{{status="pending",{labels}}} 300' in text


def test_calls_circuit_key_and_feed_of_each_connection_are_told(cast):
    connection = factories.connection(name='Odoo "one"', key_expires_at=NOW + timedelta(days=7))
    metering.record(connection.pk, "res.partner.read", 0.02, "ok", at=NOW)
    metering.record(connection.pk, "res.partner.read", 99, "connection", at=NOW)
    metering.flush()
    circuit.pause(connection.pk, by_name="Ada", reason="", now=NOW)
    for _ in range(circuit.FAULTS_TO_OPEN):
        circuit.note_failure(connection.pk, "Odoo cannot be reached.", now=NOW)
    FeedCursor.objects.create(
        connection=connection, model="purchase.order", polled_at=NOW - timedelta(seconds=20)
    )
    text = as_text(measure(now=NOW))
    name = r'connection="Odoo \"one\""'
    for line in [
        f'quayside_odoo_calls_total{{{name},outcome="ok"}} 1',
        f'quayside_odoo_calls_total{{{name},outcome="connection"}} 1',
        f'quayside_odoo_call_seconds_bucket{{{name},le="0.025"}} 1',
        f'quayside_odoo_call_seconds_bucket{{{name},le="+Inf"}} 2',
        f"quayside_odoo_call_seconds_count{{{name}}} 2",
        f'quayside_odoo_circuit_state{{{name},state="open"}} 1',
        f'quayside_odoo_circuit_state{{{name},state="closed"}} 0',
        f"quayside_odoo_paused{{{name}}} 1",
        f"quayside_odoo_last_success_timestamp_seconds{{{name}}} {int(NOW.timestamp())}",
        f"quayside_odoo_key_expiry_timestamp_seconds{{{name}}} {int(NOW.timestamp()) + 7 * 86400}",
        f'quayside_feed_lag_seconds{{{name},model="purchase.order"}} 20',
    ]:
        assert line in text.splitlines()


def test_more_connections_take_no_more_queries(cast, django_assert_max_num_queries):
    for _ in range(5):
        factories.connection()
    with django_assert_max_num_queries(6):
        measure(now=NOW)


def test_a_histogram_is_cumulative():
    samples = histogram_samples({}, [0.1, 1.0], [2, 1, 1], 3.5)
    assert as_text([Metric("x", "histogram", "X.", samples)]).splitlines()[2:] == [
        'x_bucket{le="0.1"} 2', 'x_bucket{le="1"} 3', 'x_bucket{le="+Inf"} 4', "x_sum{} 3.5", "x_count{} 4",
    ]  # fmt: skip


def test_a_metric_without_samples_is_left_out():
    assert as_text([Metric("x", "gauge", "X.", [])]).strip() == ""
    assert "x{} 1" in as_text([Metric("x", "gauge", "X.", [Sample(1)])])


def test_a_json_log_line_is_one_object_with_the_correlation_id():
    try:
        raise ValueError("password=hunter2")
    except ValueError:
        record = logging.LogRecord(
            "a.b", logging.ERROR, __file__, 1, "It\nfailed: %s", ("x",), sys.exc_info()
        )
    with under("QS-1"):
        CorrelationFilter().filter(record)
    line = JsonFormatter().format(record)
    told = json.loads(line)
    assert "\n" not in line
    assert (told["message"], told["level"], told["logger"]) == ("It\nfailed: x", "ERROR", "a.b")
    assert told["correlation_id"] == "QS-1"
    assert "ValueError" in told["traceback"]
    assert "hunter2" not in line


def test_every_figure_the_suggested_alert_rules_ask_for_exists(settings):
    rules = (settings.BASE_DIR / "deploy" / "prometheus-rules.yml").read_text()
    known = {metric.name for metric in measure(now=NOW)}
    asked = {name.removesuffix("_bucket") for name in re.findall(r"\bquayside_\w+", rules)}
    assert asked
    assert asked <= known


def test_every_suggested_alert_is_explained(settings):
    rules = (settings.BASE_DIR / "deploy" / "prometheus-rules.yml").read_text()
    manual = (settings.BASE_DIR / "docs" / "operations.md").read_text()
    assert [name for name in re.findall(r"alert: (\w+)", rules) if name not in manual] == []
