"""Working through a job's orders one after the other: what jobs of all kinds share.

A job is a row with ``state``, ``progress_at`` and ``finished_at``; its orders are rows with ``job``, ``work``
and ``attempts``. Several workers may take turns at the same job.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, QuerySet

from orders.bulk.lifecycle import JobState, OrderWork

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
# A job nobody works at for so long has lost its worker: the sweep wakes another.
SILENCE = timedelta(seconds=20)
# After so many seconds a job goes to the end of the queue: a short one must not wait for a long one.
SLICE = 3.0


@dataclass(frozen=True, slots=True)
class Turns:
    """How one kind of job is worked off."""

    jobs: QuerySet[Any]
    orders: QuerySet[Any]
    do: Callable[[Sequence[int], datetime], None]  # deal with some orders, inside one transaction
    give_up: Callable[[int], None]  # leave an order that could not be dealt with to a person
    done: Callable[[int, datetime], None]  # tell of a job once it is done, in the transaction that ends it
    together: int = 1  # so many orders in one transaction

    def next(self, job_id: int, *, at: datetime, most: int = 1) -> bool:
        """Deal with the next orders of a job, *most* at once; False when none is left for this worker.

        What goes wrong with an order stays with that order: when some together fail, each is tried by itself.
        """
        claimed = self._claim(job_id, most)
        if not claimed:
            self._finish(job_id, at=at)
            return False
        if len(claimed) == 1 or not self._together(claimed, at):
            for pk in claimed:
                self._alone(pk, job_id, at)
        self.jobs.filter(pk=job_id).update(progress_at=at)
        return True

    def for_a_while(self, job_id: int, *, clock: Callable[[], datetime], seconds: float = SLICE) -> bool:
        """Deal with orders until none is left (False) or the time is up (True)."""
        until = time.monotonic() + seconds
        while self.next(job_id, at=clock(), most=self.together):
            if time.monotonic() > until:
                return True
        return False

    def unfinished(self, *, now: datetime) -> list[int]:
        """Return the jobs that wait for a worker: their own was lost, or never heard of them."""
        silent = self.jobs.filter(state=JobState.WORKING, progress_at__lt=now - SILENCE)
        return list(silent.order_by("pk").values_list("pk", flat=True))

    def _together(self, pks: Sequence[int], at: datetime) -> bool:
        """Deal with several orders in one transaction; False when that failed and nothing was saved."""
        try:
            with transaction.atomic():
                self.do(pks, at)
        except (OperationalError, InterfaceError):
            raise  # the database went away: nothing was saved, and the sweep begins with these orders again
        except Exception:
            logger.exception("Orders %s failed together; each is tried by itself.", pks)
            return False
        return True

    def _alone(self, pk: int, job_id: int, at: datetime) -> None:
        try:
            with transaction.atomic():
                self.do([pk], at)
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            logger.exception("Order %s of job %s could not be dealt with.", pk, job_id)
            self.give_up(pk)

    def _claim(self, job_id: int, most: int) -> list[int]:
        """Count an attempt at the next orders that nobody is at, before anything can go wrong with them.

        Only what was never tried is taken together: what killed a worker must not take others along again.
        """
        with transaction.atomic():
            rows = list(
                self.orders.select_for_update(skip_locked=True, of=["self"])
                .filter(job=job_id, job__state=JobState.WORKING, work=OrderWork.WAITING)
                .order_by("attempts", "pk")[:most]
            )
            fresh = [row for row in rows if not row.attempts]
            claimed = fresh or rows[:1]
            self.orders.filter(pk__in=[row.pk for row in claimed]).update(attempts=F("attempts") + 1)
        for row in claimed:
            if row.attempts >= MOST_ATTEMPTS:
                self.give_up(row.pk)
        return [int(row.pk) for row in claimed]

    def _finish(self, job_id: int, *, at: datetime) -> None:
        """Close a job of which nothing waits any more; another worker may still be at its last order."""
        with transaction.atomic():
            if self.orders.filter(job=job_id, work=OrderWork.WAITING).exists():
                return
            under_way = self.jobs.filter(pk=job_id, state=JobState.WORKING)
            if under_way.update(state=JobState.DONE, finished_at=at, progress_at=at):
                self.done(job_id, at)
