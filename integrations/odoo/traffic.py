"""What stands around each call of a stored connection: its circuit, its rate limit, its figures."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import DatabaseError
from django.utils import timezone

from integrations.errors import DeliveryError, FaultClass, TryLater
from integrations.odoo import circuit, metering, rate
from integrations.odoo.models import OdooConnection

logger = logging.getLogger(__name__)

# An administrator's new rate limit is noticed within so many seconds.
_LIMIT_KNOWN_SECONDS = 5.0


class ConnectionTraffic:
    """See client.Traffic; *guarded* calls are not made while the circuit is open or paused."""

    def __init__(
        self,
        connection_id: int,
        *,
        guarded: bool,
        now: Callable[[], datetime] = timezone.now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._connection_id, self._guarded = connection_id, guarded
        self._now, self._sleep = now, sleep
        self._limit: float | None = None
        self._limit_known_until = 0.0

    @contextmanager
    def call(self, verb: str) -> Iterator[None]:
        """Wait for a turn, then time the call in the block and tell circuit and figures what came of it."""
        if self._guarded:
            circuit.guard(self._connection_id, now=self._now())
        rate.take_turn(self._connection_id, self._calls_per_second(), clock=self._now, sleep=self._sleep)
        started = time.perf_counter()
        try:
            yield
        except DeliveryError as error:
            self._ended(verb, started, error)
            raise
        self._ended(verb, started, None)

    def _ended(self, verb: str, started: float, error: DeliveryError | None) -> None:
        seconds, now = time.perf_counter() - started, self._now()
        metering.record(self._connection_id, verb, seconds, error.fault if error else metering.OK, at=now)
        try:
            if error is not None and is_outage(error):
                circuit.note_failure(self._connection_id, error.sentence, now=now)
            else:
                circuit.note_success(self._connection_id, now=now)
        except DatabaseError as trouble:
            # What Odoo has answered stands; the circuit is noted again by the next call.
            logger.warning("The circuit of connection %s was not written: %s", self._connection_id, trouble)

    def _calls_per_second(self) -> float | None:
        if self._limit_known_until < time.monotonic():
            found = OdooConnection.objects.filter(pk=self._connection_id)
            self._limit = found.values_list("calls_per_second", flat=True).first()
            self._limit_known_until = time.monotonic() + _LIMIT_KNOWN_SECONDS
        return self._limit


def is_outage(error: DeliveryError) -> bool:
    """Whether Odoo could not be spoken with: a refusal or a conflict is an answer, and so a sign of life."""
    return isinstance(error, TryLater) and error.fault == FaultClass.CONNECTION
