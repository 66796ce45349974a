"""The rate limit of each connection: when the next call may be made, shared by all processes in one row.

A virtual clock per connection runs ahead by 1/rate seconds with each call. Calls wait for their turn, in the
order in which they asked; work that yields (imports, comparisons) never queues, it takes only turns that
nobody else wants, and of these no more than its share.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection as database

from integrations.deadline import within_deadline
from integrations.errors import Unavailable
from integrations.priority import is_yielding

# A call that would have to wait longer is handed back; its worker does something else meanwhile.
LONGEST_WAIT = timedelta(seconds=10)
LONGEST_YIELD = timedelta(minutes=2)
# Of the calls allowed, so many may go to work that yields.
YIELDING_SHARE = 0.7
# After silence so much may be made up for at once.
_BURST = timedelta(seconds=1)

_TAKE = """
INSERT INTO odoo_callallowance AS allowance (connection_id, next_at, yielding_next_at)
VALUES (%(connection)s, %(now)s + %(step)s, %(now)s)
    ON CONFLICT (connection_id) DO UPDATE
   SET next_at = greatest(allowance.next_at, %(now)s - %(burst)s) + %(step)s
 WHERE allowance.next_at <= %(now)s + %(longest)s
RETURNING next_at - %(step)s
"""
_TAKE_IF_FREE = """
INSERT INTO odoo_callallowance AS allowance (connection_id, next_at, yielding_next_at)
VALUES (%(connection)s, %(now)s + %(step)s, %(now)s + %(slow_step)s)
    ON CONFLICT (connection_id) DO UPDATE
   SET next_at = greatest(allowance.next_at, %(now)s - %(burst)s) + %(step)s,
       yielding_next_at = greatest(allowance.yielding_next_at, %(now)s) + %(slow_step)s
 WHERE allowance.next_at <= %(now)s AND allowance.yielding_next_at <= %(now)s
RETURNING %(now)s::timestamptz
"""
_FREE_AT = "SELECT next_at, yielding_next_at FROM odoo_callallowance WHERE connection_id = %s"


def take_turn(
    connection_id: int,
    calls_per_second: float | None,
    *,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Wait until a call may be made; at once where there is no limit.

    Raises Unavailable with the time of the next free turn when that takes too long for a worker to wait, or
    longer than the delivery's own time.
    """
    if calls_per_second is None:
        return
    if is_yielding():
        _take_a_free_turn(connection_id, calls_per_second, clock, sleep)
        return
    now = clock()
    turn = _take(_TAKE, connection_id, calls_per_second, now)
    if turn is None:
        raise _too_many(_free_at(connection_id))
    _wait_until(turn, now, sleep)


def _take_a_free_turn(
    connection_id: int, rate: float, clock: Callable[[], datetime], sleep: Callable[[float], None]
) -> None:
    began = clock()
    while _take(_TAKE_IF_FREE, connection_id, rate, clock()) is None:
        free_at = _free_at(connection_id)
        if free_at > began + LONGEST_YIELD:
            raise _too_many(free_at)
        now = clock()
        _wait_until(max(free_at, now + timedelta(milliseconds=20)), now, sleep)


def _take(statement: str, connection_id: int, rate: float, now: datetime) -> datetime | None:
    step = timedelta(seconds=1 / rate)
    parameters: dict[str, Any] = {
        "connection": connection_id,
        "now": now,
        "step": step,
        "slow_step": step / YIELDING_SHARE,
        "burst": _BURST,
        "longest": LONGEST_WAIT,
    }
    with database.cursor() as cursor:
        cursor.execute(statement, parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def _free_at(connection_id: int) -> datetime:
    with database.cursor() as cursor:
        cursor.execute(_FREE_AT, [connection_id])
        return max(cursor.fetchone())


def _too_many(free_at: datetime) -> Unavailable:
    return Unavailable("As many calls as Odoo may get are waiting already.", retry_at=free_at)


def _wait_until(turn: datetime, now: datetime, sleep: Callable[[float], None]) -> None:
    seconds = (turn - now).total_seconds()
    if seconds <= 0:
        return
    if within_deadline(seconds) < seconds:
        raise _too_many(turn)
    sleep(seconds)
