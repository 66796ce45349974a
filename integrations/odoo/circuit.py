"""The circuit breaker of each connection: an Odoo that is away is left alone and tried by one call.

One row per connection, shared by all processes. After some connection faults in a row nothing goes through;
after a pause, longer each time, one call may try; when it succeeds, everything goes on.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from django.db import transaction
from django.db.models import Q

from integrations.errors import Unavailable
from integrations.odoo.models import Circuit, CircuitState
from integrations.outbox.waking import wake_destination

FAULTS_TO_OPEN = 5
# Five time-outs of a minute each still count as one outage.
WINDOW = timedelta(minutes=10)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(minutes=5)
# A try that brings no result for so long has died with its worker; somebody else may try.
TRY_LASTS = timedelta(seconds=90)
# While somebody tries, the others look again soon.
_LOOK_AGAIN = timedelta(seconds=2)
_WHILE_PAUSED = timedelta(minutes=1)
# How long a process believes that a circuit is closed. That it is not is never believed, always read.
KNOWN_SECONDS = 1.0

_chance = SystemRandom()


@dataclass(frozen=True, slots=True)
class _Known:
    until: float
    failures: int


@dataclass(frozen=True, slots=True)
class _Trying:
    """This process is the one that tries, until then."""

    until: datetime


_closed: dict[int, _Known] = {}
_trying: dict[int, _Trying] = {}


def guard(connection_id: int, *, now: datetime, clock: Callable[[], float] = time.monotonic) -> None:
    """Let a call pass, or raise Unavailable with the time from which it is worth another look.

    Costs nothing while the circuit was seen closed within KNOWN_SECONDS, one read otherwise.
    """
    known = _closed.get(connection_id)
    if known and known.until > clock():
        return
    state = CircuitState.objects.filter(pk=connection_id).first()
    if state is None or (state.state == Circuit.CLOSED and state.paused_at is None):
        _closed[connection_id] = _Known(clock() + KNOWN_SECONDS, state.failures if state else 0)
        _trying.pop(connection_id, None)
        return
    _closed.pop(connection_id, None)
    if state.paused_at is not None:
        raise Unavailable(_pause_in_words(state), retry_at=_spread(now, _WHILE_PAUSED))
    trying = _trying.get(connection_id)
    if trying and trying.until > now:
        return
    if _may_try(connection_id, now):
        return
    raise _away(CircuitState.objects.get(pk=connection_id), now)


def note_success(connection_id: int, *, now: datetime, clock: Callable[[], float] = time.monotonic) -> None:
    """An Odoo answered: close the circuit if it was not. Writes only when there is something to change."""
    known = _closed.get(connection_id)
    if known and known.failures == 0 and known.until > clock():
        return
    _trying.pop(connection_id, None)
    troubled = CircuitState.objects.filter(Q(failures__gt=0) | ~Q(state=Circuit.CLOSED), pk=connection_id)
    with transaction.atomic():
        was = troubled.select_for_update().first()
        if was is not None:
            troubled.update(state=Circuit.CLOSED, failures=0, openings=0, opened_at=None, retry_at=None)
            if was.state != Circuit.CLOSED and was.paused_at is None:
                wake_destination(destination_of(connection_id), now=now)
    if was is None or was.paused_at is None:
        _closed[connection_id] = _Known(clock() + KNOWN_SECONDS, 0)


def note_failure(connection_id: int, fault: str, *, now: datetime) -> None:
    """A call could not be made or was not answered; *fault* is the sentence for a person.

    Opens the circuit at the last of FAULTS_TO_OPEN in a row, or when it was a try.
    """
    _closed.pop(connection_id, None)
    _trying.pop(connection_id, None)
    with transaction.atomic():
        state = _locked(connection_id)
        is_old = state.last_failed_at is None or state.last_failed_at < now - WINDOW
        state.failures = 1 if is_old else state.failures + 1
        state.last_failed_at, state.last_fault = now, fault
        if state.state == Circuit.HALF_OPEN or (
            state.state == Circuit.CLOSED and state.failures >= FAULTS_TO_OPEN
        ):
            state.retry_at = now + pause_after(state.openings)
            state.openings += 1
            state.state, state.opened_at = Circuit.OPEN, state.opened_at or now
        state.save()


def pause_after(openings: int) -> timedelta:
    """Return the wait before the next try, when so many tries failed before: 10 s, doubled up to 5 min."""
    return min(FIRST_PAUSE * 2 ** min(openings, 10), LONGEST_PAUSE)


def pause(connection_id: int, *, by_name: str, reason: str, now: datetime) -> bool:
    """Stop all calls until somebody resumes; return whether they were going on until now."""
    _closed.pop(connection_id, None)
    with transaction.atomic():
        state = _locked(connection_id)
        if state.paused_at is not None:
            return False
        state.paused_by, state.paused_at, state.pause_reason = by_name, now, reason
        state.save(update_fields=["paused_by", "paused_at", "pause_reason"])
    return True


def resume(connection_id: int, *, now: datetime) -> bool:
    """Let calls go on, with a closed circuit; what waited is due at once. Return whether it was paused."""
    _closed.pop(connection_id, None)
    paused = CircuitState.objects.filter(pk=connection_id, paused_at__isnull=False)
    with transaction.atomic():
        resumed = paused.update(
            paused_by="",
            paused_at=None,
            pause_reason="",
            state=Circuit.CLOSED,
            failures=0,
            openings=0,
            opened_at=None,
            retry_at=None,
        )
        if resumed:
            wake_destination(destination_of(connection_id), now=now)
    return bool(resumed)


def destination_of(connection_id: int) -> str:
    """Return how the outbox names a connection."""
    return f"odoo:{connection_id}"


def forget() -> None:
    """Know nothing any more, as a process that begins."""
    _closed.clear()
    _trying.clear()


def _locked(connection_id: int) -> CircuitState:
    CircuitState.objects.bulk_create([CircuitState(pk=connection_id)], ignore_conflicts=True)
    return CircuitState.objects.select_for_update().get(pk=connection_id)


def _may_try(connection_id: int, now: datetime) -> bool:
    """Take the right to try when it is time; one process gets it."""
    due = CircuitState.objects.filter(
        pk=connection_id, state__in=[Circuit.OPEN, Circuit.HALF_OPEN], retry_at__lte=now, paused_at=None
    )
    if not due.update(state=Circuit.HALF_OPEN, retry_at=now + TRY_LASTS):
        return False
    _trying[connection_id] = _Trying(now + TRY_LASTS)
    return True


def _away(state: CircuitState, now: datetime) -> Unavailable:
    sentence = state.last_fault or "Odoo does not answer at the moment."
    if state.state == Circuit.HALF_OPEN or state.retry_at is None or state.retry_at <= now:
        return Unavailable(f"{sentence} It is being tried again now.", retry_at=_spread(now, _LOOK_AGAIN))
    sentence = f"{sentence} It is left alone for a moment and then tried again."
    return Unavailable(sentence, retry_at=state.retry_at + (_spread(now, FIRST_PAUSE / 10) - now))


def _pause_in_words(state: CircuitState) -> str:
    reason = f": {state.pause_reason}" if state.pause_reason else "."
    return f"{state.paused_by} paused the connection to Odoo{reason}"


def _spread(now: datetime, pause: timedelta) -> datetime:
    """Return a time after the pause, spread over as long again, so that not all come back at once."""
    return now + pause * (1 + _chance.random())
