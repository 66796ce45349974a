"""The figures of this installation: what waits, how the calls went, what is stuck, what differs."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Max, Min

from integrations.odoo.metering import BOUNDS, OK
from integrations.odoo.models import CallTotal, Circuit, FeedCursor, OdooConnection
from integrations.outbox.models import OPEN, OutboxMessage
from integrations.reconciliation.models import Difference, ReconciliationRun, State
from portal.monitoring.exposition import Metric, Sample, histogram_samples
from suppliers.alerts.models import Alert


def measure(*, now: datetime) -> list[Metric]:
    """Return every figure as of *now*, over all tenants: call it before the tenant wall, for no tenant."""
    connections = list(OdooConnection.objects.select_related("circuit").order_by("pk"))
    return [*_outbox(now), *_calls(), *_connections(connections), *_feeds(now), *_alerts(), *_drift()]


def _outbox(now: datetime) -> Iterator[Metric]:
    rows = (
        OutboxMessage.objects.filter(status__in=OPEN)
        .order_by()
        .values_list("status", "queue", "destination")
        .annotate(Count("pk"), Min("created_at"))
    )
    waiting, ages = [], []
    for status, queue, destination, count, since in rows:
        labels = {"status": status.lower(), "queue": queue, "destination": destination}
        waiting.append(Sample(count, labels))
        ages.append(Sample(max(0.0, (now - since).total_seconds()), labels))
    yield Metric("quayside_outbox_messages", "gauge", "Messages not delivered yet.", waiting)
    yield Metric("quayside_outbox_oldest_seconds", "gauge", "Age of the oldest of them.", ages)


def _calls() -> Iterator[Metric]:
    calls: list[Sample] = []
    buckets: dict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
    seconds: dict[str, float] = defaultdict(float)
    last: list[Sample] = []
    for row in CallTotal.objects.select_related("connection").order_by("connection", "outcome"):
        name = row.connection.name
        calls.append(Sample(row.calls, {"connection": name, "outcome": row.outcome}))
        buckets[name] = [a + b for a, b in zip(buckets[name], row.buckets, strict=True)]
        seconds[name] += row.total_ms / 1000
        if row.outcome == OK:
            last.append(Sample(row.last_at.timestamp(), {"connection": name}))
    took = [
        sample
        for name, counts in buckets.items()
        for sample in histogram_samples({"connection": name}, BOUNDS, counts, seconds[name])
    ]
    yield Metric("quayside_odoo_calls_total", "counter", "Calls by outcome: ok or a class of fault.", calls)
    yield Metric("quayside_odoo_call_seconds", "histogram", "How long the calls took.", took)
    yield Metric("quayside_odoo_last_success_timestamp_seconds", "gauge", "Last call that went well.", last)


def _connections(connections: list[OdooConnection]) -> Iterator[Metric]:
    states, pauses, expiries = [], [], []
    for connection in connections:
        labels = {"connection": connection.name}
        circuit = getattr(connection, "circuit", None)
        present = circuit.state if circuit else Circuit.CLOSED
        states += [Sample(state == present, {**labels, "state": state.lower()}) for state in Circuit.values]
        pauses.append(Sample(bool(circuit and circuit.paused_at), labels))
        if connection.key_expires_at:
            expiries.append(Sample(connection.key_expires_at.timestamp(), labels))
    yield Metric("quayside_odoo_circuit_state", "gauge", "1 for the state the circuit is in.", states)
    yield Metric("quayside_odoo_paused", "gauge", "1 while an administrator has paused it.", pauses)
    yield Metric("quayside_odoo_key_expiry_timestamp_seconds", "gauge", "When the API key ends.", expiries)


def _feeds(now: datetime) -> Iterator[Metric]:
    cursors = FeedCursor.objects.filter(connection__is_active=True, polled_at__isnull=False)
    lags = [
        Sample(max(0.0, (now - polled_at).total_seconds()), {"connection": name, "model": model})
        for name, model, polled_at in cursors.order_by("connection", "model").values_list(
            "connection__name", "model", "polled_at"
        )
        if polled_at is not None
    ]
    yield Metric("quayside_feed_lag_seconds", "gauge", "Since the feed last looked at a model.", lags)


def _alerts() -> Iterator[Metric]:
    rows = Alert.objects.open().order_by("code").values_list("code").annotate(Count("pk"))
    found = [Sample(count, {"code": code}) for code, count in rows]
    yield Metric("quayside_alerts_open", "gauge", "Alerts whose cause is still there.", found)


def _drift() -> Iterator[Metric]:
    """What the newest finished comparison of each company found and nobody has repaired."""
    finished = ReconciliationRun.objects.filter(finished_at__isnull=False).order_by()
    newest = finished.values("company").annotate(newest=Max("pk")).values("newest")
    rows = (
        Difference.objects.filter(run__in=newest, state__in=[State.OPEN, State.FAILED])
        .order_by("entity", "kind")
        .values_list("entity", "kind")
        .annotate(Count("pk"))
    )
    found = [Sample(count, {"entity": entity, "kind": kind.lower()}) for entity, kind, count in rows]
    yield Metric("quayside_drift", "gauge", "Differences to Odoo that stand.", found)
