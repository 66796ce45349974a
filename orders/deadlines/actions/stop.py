"""The first answer stops everything; so does an order that needs none any more."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Subquery

from orders.deadlines.lifecycle import Ending, StepState
from orders.deadlines.models import Deadline, Step
from orders.deadlines.querysets import DeadlineQuerySet, answers_since_asked


@transaction.atomic
def stop_clocks(*, now: datetime, orders: Collection[int] | None = None) -> int:
    """Stop the clocks of all questions that were answered or need no answer; return how many those were.

    Set-based: three statements, whatever the number of orders. *orders* narrows it to some.
    """
    running: DeadlineQuerySet = Deadline.objects.running()
    if orders is not None:
        running = running.filter(order__in=orders)
    first_answer = Subquery(answers_since_asked().values("at")[:1])
    stopped = running.answered().update(ended_at=first_answer, ending=Ending.ANSWERED)
    needless = running.exclude(pk__in=running.needed().values("pk"))
    stopped += needless.update(ended_at=now, ending=Ending.CLOSED)
    cancel_steps_of_ended()
    return stopped


def cancel_steps_of_ended() -> None:
    """Take back what was planned for clocks that run no more; inside the caller's transaction."""
    planned = Step.objects.filter(state=StepState.PLANNED, deadline__ended_at__isnull=False)
    planned.update(state=StepState.CANCELLED)
