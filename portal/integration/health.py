"""How each connection to an Odoo is doing: reachable, how far behind, how quick, what stands in the way."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils.safestring import SafeString

from integrations.odoo.call_figures import CallFigures, figures_of
from integrations.odoo.models import Circuit, CircuitState, FeedCursor, ImportRun, OdooConnection
from integrations.outbox.models import OPEN, OutboxMessage, Status
from orders.purchasing.badges import Badge
from portal.integration.charts import bars, lines
from portal.integration.scope import ODOO, Desk

# How many days before an API key runs out its administrators are told, and told again.
KEY_STEPS = (1, 7, 30)
# A feed that was not read for so long is behind, whatever the interval set.
_FEED_IS_LATE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is still to be sent over a connection; *oldest* is of what goes by itself."""

    waiting: int = 0
    parked: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """One connection as the page shows it."""

    connection: OdooConnection
    badge: Badge
    sentence: str
    companies: list[str]
    circuit: CircuitState | None
    backlog: Backlog
    cursors: list[FeedCursor]
    feed_read_at: datetime | None
    feed_is_late: bool
    run: ImportRun | None
    is_reading: bool
    calls: CallFigures
    last_success_at: datetime | None
    calls_chart: SafeString
    latency_chart: SafeString
    key_tone: str
    may_run: bool

    @property
    def is_paused(self) -> bool:
        """Whether somebody has stopped all calls."""
        return self.circuit is not None and self.circuit.paused_at is not None

    @property
    def key(self) -> str:
        """The connection's key as it stands in the URL."""
        return str(self.connection.pk)

    @property
    def moves(self) -> bool:
        """Whether the page should look again soon."""
        return self.is_reading or self.connection.is_being_tested


def health_of(desk: Desk, *, now: datetime) -> list[Health]:
    """Return the health of each connection of this desk, in a fixed number of queries."""
    connections = list(
        desk.connections().select_related("circuit").prefetch_related("companies").order_by("name", "pk")
    )
    pks = [connection.pk for connection in connections]
    backlogs, cursors, runs = _backlogs(pks), _cursors(pks), _runs(pks)
    calls = figures_of(pks, now=now)
    return [
        _health(desk, connection, backlogs, cursors[connection.pk], runs, calls[connection.pk], now)
        for connection in connections
    ]


def _health(
    desk: Desk,
    connection: OdooConnection,
    backlogs: dict[int, Backlog],
    cursors: list[FeedCursor],
    runs: dict[int, ImportRun],
    calls: CallFigures,
    now: datetime,
) -> Health:
    circuit: CircuitState | None = getattr(connection, "circuit", None)
    badge, sentence = state_of(connection, circuit)
    read = [cursor.polled_at for cursor in cursors if cursor.polled_at]
    feed_read_at = min(read) if read and len(read) == len(cursors) else None
    run = runs.get(connection.pk)
    return Health(
        connection=connection,
        badge=badge,
        sentence=sentence,
        companies=[company.name for company in connection.companies.all()],
        circuit=circuit,
        backlog=backlogs.get(connection.pk, Backlog()),
        cursors=cursors,
        feed_read_at=feed_read_at,
        feed_is_late=feed_read_at is not None and now - feed_read_at > _FEED_IS_LATE,
        run=run,
        is_reading=run is not None and run.finished_at is None and is_being_read(connection, now=now),
        calls=calls,
        last_success_at=max(filter(None, (connection.last_seen_at, calls.last_success_at)), default=None),
        calls_chart=_calls_chart(connection, calls),
        latency_chart=_latency_chart(connection, calls),
        key_tone=key_tone(connection.key_expires_at, now),
        may_run=desk.may_run(connection),
    )


def state_of(connection: OdooConnection, circuit: CircuitState | None) -> tuple[Badge, str]:
    """Return a connection's state as a badge and as a sentence: what is, and what happens next."""
    if not connection.is_active:
        return Badge("gone", "Switched off"), "Nothing is read or written. It is switched on in the settings."
    if circuit is not None and circuit.paused_at is not None:
        reason = f" {circuit.pause_reason}" if circuit.pause_reason else ""
        waits = "What is to be sent waits here, in order, until somebody resumes."
        return Badge("warn", "Paused"), f"{circuit.paused_by} paused it.{reason} {waits}"
    if circuit is not None and circuit.state != Circuit.CLOSED:
        waits = "It is tried again by itself; what waits is sent in order afterwards."
        return Badge("wrong", "Not reachable"), f"{circuit.last_fault or connection.last_fault} {waits}"
    if connection.last_fault:
        return Badge("wrong", "Last call failed"), connection.last_fault
    if connection.last_seen_at is None:
        return Badge("theirs", "Not tested yet"), "Test the connection to see whether Odoo answers."
    return Badge("done", "Reachable"), "Odoo answers; orders are read and answers written by themselves."


def is_being_read(connection: OdooConnection, *, now: datetime) -> bool:
    """Whether a worker reads this Odoo now: its lease runs out when it dies."""
    return connection.feed_leased_until is not None and connection.feed_leased_until > now


def key_tone(expires_at: datetime | None, now: datetime) -> str:
    """Return how urgent a new API key is: ``wrong``, ``warn`` or nothing."""
    step = key_step(expires_at, now)
    if step is None:
        return ""
    return "warn" if step == max(KEY_STEPS) else "wrong"


def key_step(expires_at: datetime | None, now: datetime) -> int | None:
    """Return the nearest of KEY_STEPS (days before a key runs out) that was reached; None before all."""
    if expires_at is None:
        return None
    return next((days for days in KEY_STEPS if expires_at <= now + timedelta(days=days)), None)


def _backlogs(pks: Collection[int]) -> dict[int, Backlog]:
    going = Q(status__in=[Status.PENDING, Status.SENDING])
    rows = (
        OutboxMessage.objects.filter(destination__in=[f"{ODOO}{pk}" for pk in pks], status__in=OPEN)
        .order_by()
        .values("destination")
        .annotate(
            waiting=Count("pk", filter=going),
            parked=Count("pk", filter=~going),
            oldest=Min("created_at", filter=going),
        )
    )
    return {
        int(row["destination"].removeprefix(ODOO)): Backlog(row["waiting"], row["parked"], row["oldest"])
        for row in rows
    }


def _cursors(pks: Collection[int]) -> dict[int, list[FeedCursor]]:
    found: dict[int, list[FeedCursor]] = defaultdict(list)
    for cursor in FeedCursor.objects.filter(connection__in=pks).order_by("connection_id", "model"):
        found[cursor.connection_id].append(cursor)
    return found


def _runs(pks: Collection[int]) -> dict[int, ImportRun]:
    latest = ImportRun.objects.filter(connection__in=pks).order_by("connection_id", "-pk")
    return {run.connection_id: run for run in latest.distinct("connection_id")}


def _calls_chart(connection: OdooConnection, calls: CallFigures) -> SafeString:
    label = f"Calls a minute to {connection.name}: {calls.calls:,} in the last hour, {calls.errors:,} failed"
    counts, errors = [one.calls for one in calls.minutes], [one.errors for one in calls.minutes]
    return bars(label, counts, errors, unit="calls a minute")


def _latency_chart(connection: OdooConnection, calls: CallFigures) -> SafeString:
    spoken = f"half within {calls.p50_ms or 0:,.0f} ms, 95 percent within {calls.p95_ms or 0:,.0f} ms"
    label = f"How long calls to {connection.name} took in the last hour: {spoken}"
    lower, upper = [one.p50_ms for one in calls.minutes], [one.p95_ms for one in calls.minutes]
    return lines(label, lower, upper, unit="ms")
