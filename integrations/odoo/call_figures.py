"""How the calls to each connection went lately: per minute, errors, percentiles; for pages and monitoring."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import connection as database

from integrations.odoo.metering import BOUNDS, OK
from integrations.odoo.models import CallTotal

_MINUTE = timedelta(minutes=1)
_Buckets = Sequence[int]

_PER_MINUTE = """
SELECT connection_id, minute, outcome, array_agg(calls ORDER BY place)
  FROM (SELECT connection_id, minute, outcome, place, sum(bucket.calls)::bigint AS calls
          FROM odoo_callminute, unnest(buckets) WITH ORDINALITY AS bucket (calls, place)
         WHERE connection_id = ANY (%(connections)s) AND minute >= %(since)s AND minute <= %(now)s
         GROUP BY connection_id, minute, outcome, place) AS counted
 GROUP BY connection_id, minute, outcome
"""


@dataclass(frozen=True, slots=True)
class MinuteOfCalls:
    """One minute; without calls there are no percentiles. Latencies in milliseconds."""

    minute: datetime
    calls: int = 0
    errors: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None


@dataclass(frozen=True, slots=True)
class CallFigures:
    """One connection's calls; ``minutes`` has every minute of the span, oldest first."""

    minutes: tuple[MinuteOfCalls, ...]
    calls: int
    errors: int
    errors_by_class: dict[str, int]
    p50_ms: float | None
    p95_ms: float | None
    last_success_at: datetime | None


def figures_of(
    connection_ids: Collection[int], *, now: datetime, span: timedelta = timedelta(hours=1)
) -> dict[int, CallFigures]:
    """Return the figures of each connection over the *span* before *now*, with two queries for all."""
    last_minute = now.replace(second=0, microsecond=0)
    first_minute = last_minute - span + _MINUTE
    found: dict[int, dict[datetime, dict[str, _Buckets]]] = {pk: defaultdict(dict) for pk in connection_ids}
    with database.cursor() as cursor:
        ids = sorted(connection_ids)
        cursor.execute(_PER_MINUTE, {"connections": ids, "since": first_minute, "now": now})
        for pk, minute, outcome, buckets in cursor.fetchall():
            found[pk][minute][outcome] = buckets
    minutes = [first_minute + _MINUTE * number for number in range(int(span / _MINUTE))]
    seen = CallTotal.objects.filter(connection__in=connection_ids, outcome=OK)
    last_success = dict(seen.values_list("connection_id", "last_at"))
    return {pk: _figures(minutes, found[pk], last_success.get(pk)) for pk in connection_ids}


def percentile_ms(buckets: _Buckets, share: float) -> float | None:
    """Return the milliseconds within which *share* (0 to 1) of the calls ended; None without calls.

    Within a bucket the calls are taken to lie evenly; beyond the last bound the bound itself is returned.
    """
    rank, passed = sum(buckets) * share, 0
    if not rank:
        return None
    for (lower, upper), count in zip(pairwise((0.0, *BOUNDS)), buckets, strict=False):
        if passed + count >= rank:
            return 1000 * (lower + (upper - lower) * (rank - passed) / count)
        passed += count
    return 1000 * BOUNDS[-1]


def _figures(
    minutes: Sequence[datetime],
    found: dict[datetime, dict[str, _Buckets]],
    last_success_at: datetime | None,
) -> CallFigures:
    by_class: dict[str, int] = defaultdict(int)
    for outcomes in found.values():
        for outcome, buckets in outcomes.items():
            by_class[outcome] += sum(buckets)
    calls, good = sum(by_class.values()), by_class.pop(OK, 0)
    total = _added([buckets for outcomes in found.values() for buckets in outcomes.values()])
    return CallFigures(
        minutes=tuple(_minute(minute, found.get(minute, {})) for minute in minutes),
        calls=calls,
        errors=calls - good,
        errors_by_class=dict(by_class),
        p50_ms=percentile_ms(total, 0.5),
        p95_ms=percentile_ms(total, 0.95),
        last_success_at=last_success_at,
    )


def _minute(minute: datetime, outcomes: dict[str, _Buckets]) -> MinuteOfCalls:
    if not outcomes:
        return MinuteOfCalls(minute)
    total = _added(list(outcomes.values()))
    good = sum(outcomes.get(OK, ()))
    return MinuteOfCalls(
        minute, sum(total), sum(total) - good, percentile_ms(total, 0.5), percentile_ms(total, 0.95)
    )


def _added(rows: Sequence[_Buckets]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]
