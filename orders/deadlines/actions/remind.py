"""Steps that are due are taken: each once, the latest only, and none after an answer."""

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from orders.deadlines import mail
from orders.deadlines.actions.stop import stop_clocks
from orders.deadlines.contacts import People, people_of, told_at
from orders.deadlines.lifecycle import StepState
from orders.deadlines.models import Deadline, Step
from orders.deadlines.rules import latest
from orders.deadlines.wording import sentence_of_step
from orders.purchasing.models import PurchaseOrder
from suppliers.journal.actions import Happening, note_many
from suppliers.journal.models import Channel

logger = logging.getLogger(__name__)

_BATCH = 100


def take_steps(*, now: datetime) -> int:
    """Take the step that is due for each question without an answer; return how many clocks that moved.

    What a missed run left behind is made up for by the latest step alone. Two runs at once share the work:
    each order is held while its people are told, which also lets an answer come before or after, not between.
    """
    seen: set[int] = set()
    moved = 0
    while batch := _due(now, seen):
        moved += _take_some(batch, now)
        # Whatever came of them: none is looked at twice in a run.
        seen.update(batch)
    return moved


def _due(now: datetime, seen: Collection[int]) -> list[int]:
    """Return the deadlines whose next step is due, the longest due first."""
    due = _steps(now).exclude(deadline__in=seen).order_by("due_at", "pk")
    return list(dict.fromkeys(due.values_list("deadline", flat=True)[:_BATCH]))


def _steps(now: datetime) -> QuerySet[Step]:
    return Step.objects.filter(state=StepState.PLANNED, due_at__lte=now, deadline__ended_at__isnull=True)


@transaction.atomic
def _take_some(deadline_ids: Sequence[int], now: datetime) -> int:
    held = _hold(deadline_ids)
    # An answer may have come since the clocks were last looked at; now that the orders are held, none can.
    stop_clocks(now=now, orders=held)
    deadlines = list(
        Deadline.objects.running()
        .filter(pk__in=deadline_ids, order__in=held)
        .select_related("order__supplier", "order__company")
        .order_by("pk")
    )
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in _steps(now).filter(deadline__in=deadlines):
        steps[step.deadline_id].append(step)
    people = people_of(deadlines, at=now)
    told = []
    for deadline in deadlines:
        try:
            with transaction.atomic():
                told.append(_take(deadline, steps[deadline.pk], people[deadline.pk], now))
        except Exception:
            logger.exception("A reminder of order %s could not be written.", deadline.order)
    note_many(told, at=now, channel=Channel.SYSTEM, actor_name="Quayside")
    return len(told)


def _hold(deadline_ids: Sequence[int]) -> list[int]:
    """Lock the orders; those that somebody is answering at this moment are left for the next run."""
    orders = PurchaseOrder.objects.filter(deadlines__in=deadline_ids).order_by("pk")
    return list(orders.select_for_update(of=["self"], skip_locked=True).values_list("pk", flat=True))


def _take(
    deadline: Deadline, steps: Sequence[Step], people: People, now: datetime
) -> tuple[PurchaseOrder, Happening]:
    step, needless = latest(steps)
    Step.objects.filter(pk__in=[one.pk for one in needless]).update(state=StepState.SKIPPED, done_at=now)
    to = told_at(step.code, deadline, people)
    mail.tell(step, deadline, to, people, at=now)
    state = StepState.SENT if to else StepState.NOBODY
    Step.objects.filter(pk=step.pk).update(state=state, done_at=now)
    return deadline.order, Happening("order.reminded", sentence_of_step(step.code, to))
