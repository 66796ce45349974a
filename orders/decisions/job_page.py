"""A decision on many proposals as people follow it: how far it is, and what could not be decided."""

from dataclasses import dataclass

from django.db.models import Sum

from orders.bulk.lifecycle import JobState, OrderWork
from orders.decisions.lifecycle import Verb
from orders.decisions.models import DecisionJob, DecisionJobOrder
from suppliers.people.models import User

# The page names so many orders that could not be decided on; the others are found where they wait.
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class JobView:
    """What is shown of a job."""

    job: DecisionJob
    done: int  # orders dealt with
    decided: int  # proposals decided on
    problems: list[DecisionJobOrder]

    @property
    def is_working(self) -> bool:
        """Whether it goes on."""
        return self.job.state == JobState.WORKING

    @property
    def sentence(self) -> str:
        """Say what was done so far."""
        done = "Approved" if self.job.verb == Verb.APPROVE else "Declined"
        orders = _count(self.job.order_count, "order")
        if self.is_working:
            return f"{done} so far: {self.done} of {orders}. You may leave this page; the work goes on."
        told = "; the suppliers are told by mail" if self.decided else ""
        return f"{done}: {_count(self.decided, 'proposal')} of {orders}{told}."


def job_view(user: User, job: DecisionJob) -> JobView:
    """Return what is shown of a job: three queries."""
    orders = DecisionJobOrder.objects.visible_to(user).filter(job=job)
    dealt_with = orders.exclude(work=OrderWork.WAITING)
    problems = dealt_with.exclude(problem="").select_related("order__supplier").order_by("pk")
    return JobView(
        job,
        done=dealt_with.count(),
        decided=orders.aggregate(decided=Sum("decided"))["decided"] or 0,
        problems=list(problems[:_MOST_NAMED]),
    )


def _count(count: int, word: str) -> str:
    return f"{count:,} {word}" + ("" if count == 1 else "s")
