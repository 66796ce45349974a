"""Deciding on the proposals of many orders: start a job, and work it off one order at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from celery import current_app
from django.db import transaction

from integrations.correlation import current_correlation_id
from integrations.priority import yielding
from orders.bulk.lifecycle import JobState, OrderWork
from orders.bulk.turns import Turns
from orders.decisions.lifecycle import Verb
from orders.decisions.mail import tell_suppliers_of_decisions
from orders.decisions.models import DecisionJob, DecisionJobOrder
from orders.decisions.records import OpenProposal
from orders.purchasing.actions import approve_lines, decline_lines
from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.models import LineAnswer
from suppliers.notices.bundles import bundled
from suppliers.people.access import DECIDE_PROPOSALS, may
from suppliers.people.models import User
from suppliers.refusal import IllegalMove, Problem, Refused
from suppliers.tenancy import wall

WORK_OFF = "orders.decisions.work_off"
MOST_LINES = 5_000
# So long whoever decides waits for it; what is not done by then a worker does.
PATIENCE = 1.5
_JOB_LASTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be decided, and the id of the form that asks for it."""

    verb: Verb
    key: UUID
    reason: str = ""


@transaction.atomic
def start_job(wish: Wish, chosen: Iterable[OpenProposal], *, by: User, at: datetime) -> DecisionJob:
    """Have something decided about these proposals; the same form twice is one job.

    Raises Refused when there is nothing to decide or too much, or when a decline has no reason.
    """
    if earlier := DecisionJob.objects.filter(key=wish.key, by=by).first():
        return earlier
    of_order: dict[int, list[OpenProposal]] = defaultdict(list)
    for one in chosen:
        of_order[one.answer__order_id].append(one)
    lines = sum(len(found) for found in of_order.values())
    _refuse_what_is_wrong(wish, lines)
    job = DecisionJob.objects.create(
        key=wish.key,
        by=by,
        company_ids=sorted({found[0].company_id for found in of_order.values()}),
        verb=wish.verb,
        reason=wish.reason.strip(),
        order_count=len(of_order),
        line_count=lines,
        correlation_id=current_correlation_id(),
        started_at=at,
        progress_at=at,
    )
    DecisionJobOrder.objects.bulk_create(
        DecisionJobOrder(
            job=job,
            order_id=order,
            supplier_id=found[0].supplier_id,
            company_id=found[0].company_id,
            answer_ids=sorted(one.pk for one in found),
        )
        for order, found in of_order.items()
    )
    return job


def work_off_here(job: DecisionJob, *, by: User, clock: Callable[[], datetime]) -> None:
    """Decide at once as much as PATIENCE allows, behind the wall of whoever asked; a worker does the rest.

    Outside of any transaction: each order has its own.
    """
    until = clock() + timedelta(seconds=PATIENCE)
    while clock() < until:
        with wall(suppliers=by.supplier_ids, companies=by.company_ids):
            if not TURNS.next(job.pk, at=clock()):
                return
    current_app.send_task(WORK_OFF, kwargs={"job_id": job.pk}, retry=False)


def forget_old_jobs(*, now: datetime) -> int:
    """Delete jobs long done; the decisions themselves stay. Returns how many."""
    done = DecisionJob.objects.filter(state=JobState.DONE, finished_at__lt=now - _JOB_LASTS)
    count = done.count()
    done.delete()
    return count


def _refuse_what_is_wrong(wish: Wish, lines: int) -> None:
    problems = []
    if wish.verb == Verb.DECLINE and not wish.reason.strip():
        problems.append(Problem("reason", "nothing", "Say why you decline", "The suppliers will read it"))
    if not lines:
        problems.append(Problem("proposal", "", "Nothing of what you chose waits for your decision any more"))
    if lines > MOST_LINES:
        found = f"{lines:,} lines"
        problems.append(Problem("proposal", found, f"Decide on at most {MOST_LINES:,} lines at once"))
    if problems:
        raise Refused(problems)


def _decide(pks: Sequence[int], at: datetime) -> None:
    for pk in pks:
        _decide_one(pk, at)


def _decide_one(pk: int, at: datetime) -> None:
    row = (
        DecisionJobOrder.objects.select_for_update(of=["self"], skip_locked=True)
        .filter(pk=pk, work=OrderWork.WAITING)
        .select_related("job__by", "order")
        .first()
    )
    if row is None:
        return  # another worker has it, or had it
    by = row.job.by
    # As on the web: what somebody decides is done behind their wall, with the roles they have today.
    # What Odoo is told of it lets single clicks go first; each person is told once, when the job is done.
    with wall(suppliers=by.supplier_ids, companies=by.company_ids), yielding(), bundled(row.job.started_at):
        row.decided, row.problem = _decide_order(row, by, at=at)
    row.work = OrderWork.DONE if row.decided else OrderWork.FAILED
    row.save(update_fields=["work", "decided", "problem"])


def _decide_order(row: DecisionJobOrder, by: User, *, at: datetime) -> tuple[int, str]:
    """Return how many proposals were decided on, and why not all."""
    if not by.is_active or not may(by, row.order, DECIDE_PROPOSALS):
        return 0, "Your role does not allow deciding on this order any more."
    waiting = LineAnswer.objects.filter(pk__in=row.answer_ids, state=AnswerState.PENDING)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True))
    if not ids:
        return 0, "It was decided on, or the order was changed, after you had looked."
    try:
        if row.job.verb == Verb.APPROVE:
            approve_lines(row.order, by=by, answer_ids=ids, at=at)
        else:
            decline_lines(row.order, by=by, answer_ids=ids, reason=row.job.reason, at=at)
    except IllegalMove as move:
        return 0, move.sentence
    except Refused as refusal:
        return 0, " ".join(problem.sentence() for problem in refusal.problems)
    left = len(row.answer_ids) - len(ids)
    return len(ids), f"{left} of its lines needed no decision any more." if left else ""


def _give_up(pk: int) -> None:
    """Leave an order that cannot be decided on to a person; the others go on."""
    code = current_correlation_id()
    sentence = "Something went wrong on our side and nothing was decided. Decide on this order's page."
    with transaction.atomic():
        DecisionJobOrder.objects.filter(pk=pk, work=OrderWork.WAITING).update(
            work=OrderWork.FAILED,
            problem=f"{sentence} Support can look up {code}." if code else sentence,
        )


TURNS = Turns(
    DecisionJob.objects.all(),
    DecisionJobOrder.objects.all(),
    do=_decide,
    give_up=_give_up,
    done=tell_suppliers_of_decisions,
)
