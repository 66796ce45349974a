"""Counts each call to Odoo in memory, and adds the counts to the database every few seconds."""

import atexit
import logging
import os
import threading
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery.signals import worker_process_shutdown
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from integrations.odoo.models import CallMinute

logger = logging.getLogger(__name__)

OK = "ok"
# Upper bounds of the histogram's buckets in seconds; one more bucket holds what took longer.
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
KEPT = timedelta(days=14)
_LONGEST_NAME = 100
# When the database is away for long, counts are forgotten rather than kept without end.
_MOST_ROWS = 10_000

_ADD_MINUTES = """
INSERT INTO odoo_callminute AS held
       (connection_id, minute, model_method, outcome, calls, errors, total_ms, buckets, last_at)
SELECT known.id, new.minute, new.name, new.outcome, new.calls, new.errors, new.total_ms,
       new.buckets::int[], new.last_at
  FROM (VALUES {rows}) AS new (connection, minute, name, outcome, calls, errors, total_ms, buckets, last_at)
  JOIN odoo_odooconnection AS known ON known.id = new.connection
    ON CONFLICT (connection_id, minute, model_method, outcome) DO UPDATE
   SET calls = held.calls + excluded.calls, errors = held.errors + excluded.errors,
       total_ms = held.total_ms + excluded.total_ms, last_at = greatest(held.last_at, excluded.last_at),
       buckets = ARRAY(SELECT a + b FROM unnest(held.buckets, excluded.buckets) AS pair (a, b))
"""
_ADD_TOTALS = """
INSERT INTO odoo_calltotal AS held (connection_id, outcome, calls, total_ms, buckets, last_at)
SELECT known.id, new.outcome, new.calls, new.total_ms, new.buckets::bigint[], new.last_at
  FROM (VALUES {rows}) AS new (connection, outcome, calls, total_ms, buckets, last_at)
  JOIN odoo_odooconnection AS known ON known.id = new.connection
    ON CONFLICT (connection_id, outcome) DO UPDATE
   SET calls = held.calls + excluded.calls, total_ms = held.total_ms + excluded.total_ms,
       last_at = greatest(held.last_at, excluded.last_at),
       buckets = ARRAY(SELECT a + b FROM unnest(held.buckets, excluded.buckets) AS pair (a, b))
"""

# Connection, minute, model and method, outcome.
_Key = tuple[int, datetime, str, str]


@dataclass(slots=True)
class _Count:
    last_at: datetime
    calls: int = 0
    total_ms: float = 0.0
    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))

    def add(self, other: "_Count") -> None:
        self.calls += other.calls
        self.total_ms += other.total_ms
        self.buckets = [a + b for a, b in zip(self.buckets, other.buckets, strict=True)]
        self.last_at = max(self.last_at, other.last_at)


class _Meter:
    """What this process has counted and not yet written."""

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Also after a fork: the parent counts what is the parent's, and its lock may have been held."""
        self.counts: dict[_Key, _Count] = {}
        self.lock = threading.Lock()
        self.timer: threading.Timer | None = None

    def take(self) -> dict[_Key, _Count]:
        with self.lock:
            taken, self.counts, self.timer = self.counts, {}, None
        return taken

    def give_back(self, counts: dict[_Key, _Count]) -> None:
        with self.lock:
            for key, count in counts.items():
                held = self.counts.setdefault(key, _Count(count.last_at))
                held.add(count)


_meter = _Meter()


def record(connection_id: int, verb: str, seconds: float, outcome: str, *, at: datetime) -> None:
    """Count one call of *verb* (``purchase.order.write``) that ended *at*; the database is not asked.

    *outcome* is OK or the class of the fault. A thread writes the counts down some seconds later.
    """
    key = (connection_id, at.replace(second=0, microsecond=0), verb[:_LONGEST_NAME], outcome)
    with _meter.lock:
        count = _meter.counts.get(key)
        if count is None:
            if len(_meter.counts) >= _MOST_ROWS:
                return
            count = _meter.counts[key] = _Count(at)
        count.calls += 1
        count.total_ms += seconds * 1000
        count.buckets[bisect_left(BOUNDS, seconds)] += 1
        count.last_at = max(count.last_at, at)
        if _meter.timer is None and settings.METERING_SECONDS:
            _meter.timer = threading.Timer(settings.METERING_SECONDS, _flush_in_background)
            _meter.timer.daemon = True
            _meter.timer.start()


def flush() -> int:
    """Add what was counted to the database and return how many rows that were.

    What cannot be written now is kept for the next time; raises DatabaseError then.
    """
    counts = _meter.take()
    if not counts:
        return 0
    try:
        _add(counts)
    except DatabaseError:
        _meter.give_back(counts)
        raise
    return len(counts)


def flush_at_end() -> None:
    """Write down what is left when a process ends; without a database it is lost."""
    if not settings.METERING_SECONDS:
        return
    try:
        flush()
    except DatabaseError:
        logger.warning("The last calls to Odoo were not counted: the database is away.")


def forget_old(*, now: datetime) -> int:
    """Delete the minutes that are older than KEPT; the totals stay. Return how many rows."""
    return CallMinute.objects.filter(minute__lt=now - KEPT).delete()[0]


def _add(counts: dict[_Key, _Count]) -> None:
    """Two statements for all; the rows in one order, so that two processes cannot wait for each other."""
    totals: dict[tuple[int, str], _Count] = {}
    minutes: list[list[Any]] = []
    for key, count in sorted(counts.items(), key=lambda item: item[0]):
        connection_id, minute, name, outcome = key
        errors = 0 if outcome == OK else count.calls
        figures = [count.calls, errors, count.total_ms, count.buckets, count.last_at]
        minutes.append([connection_id, minute, name, outcome, *figures])
        totals.setdefault((connection_id, outcome), _Count(count.last_at)).add(count)
    total_rows = [
        [*key, count.calls, count.total_ms, count.buckets, count.last_at]
        for key, count in sorted(totals.items(), key=lambda item: item[0])
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(*_filled(_ADD_MINUTES, minutes))
        cursor.execute(*_filled(_ADD_TOTALS, total_rows))


def _filled(statement: str, rows: list[list[Any]]) -> tuple[str, list[Any]]:
    places = ", ".join("(" + ", ".join(["%s"] * len(row)) + ")" for row in rows)
    return statement.format(rows=places), [value for row in rows for value in row]


def _flush_in_background() -> None:
    """Runs in a thread of its own, with a database connection of its own that ends with it."""
    try:
        flush()
    except DatabaseError as error:
        logger.warning("The calls to Odoo could not be counted now: %s", error)
    finally:
        connection.close()


@worker_process_shutdown.connect
def _flush_with_the_worker(**_: Any) -> None:
    """A worker's child ends without Python's own clean-up."""
    flush_at_end()


os.register_at_fork(after_in_child=_meter.begin_anew)
atexit.register(flush_at_end)
