"""Working a job off: one order at a time, each in one transaction, each at most once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
<<<<<<< HEAD
from datetime import datetime
=======
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
>>>>>>> 3daa9aa (Work a long job off in half the time)

from django.db import transaction

from integrations.correlation import current_correlation_id
from orders.bulk.lifecycle import Forecast, OrderWork, Result
from orders.bulk.models import Job, JobLine, JobOrder
from orders.bulk.rules import fingerprint, from_json
from orders.bulk.turns import Turns
from orders.purchasing.actions import LineReply, acknowledge_order
from orders.purchasing.actions.rounds import hold
from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.models import Answer, PurchaseOrder
from orders.purchasing.positions import asked_of, lines_of
from orders.purchasing.rules import Asked
from suppliers.people.access import ANSWER_ORDERS, may
from suppliers.refusal import IllegalMove, Problem, Refused
from suppliers.tenancy import wall

_RESULTS = {AnswerState.AGREED: Result.AGREED, AnswerState.PENDING: Result.WITH_BUYER}
_AT_ONCE = 20


class Shift:
    """One worker's time at one job: what does not change from order to order is read once.

    Several workers may be at the same job. What goes wrong with an order stays with that order.
    """

    def __init__(self, job_id: int, *, at: datetime) -> None:
        self._job_id = job_id
        job = Job.objects.unfinished().filter(pk=job_id).select_related("by").first()
        self._job = job
        self._next: list[int] = []
        if job is not None:
            Job.objects.filter(pk=job_id).update(progress_at=at)

    def answer_next(self, *, at: datetime) -> bool:
        """Answer one more order; False when none is left for this worker."""
        if self._job is None:
            return False
        if not self._next:
            self._next = self._claim()
        if not self._next:
            _finish(self._job_id, at=at)
            return False
        self._try(self._job, self._next.pop(), at=at)
        return True

    def _claim(self) -> list[int]:
        """Return orders to go on with, each with one attempt more before anything can go wrong with it.

        What was tried before is tried alone: it may be what its worker died of. Otherwise in any order, so
        that two workers seldom want the same ones; should they, the second finds nothing left to do.
        """
        waiting = JobOrder.objects.filter(job=self._job_id, work=OrderWork.WAITING)
        rows = list(waiting.order_by("attempts", "?").values_list("pk", "attempts")[:_AT_ONCE])
        fresh = [pk for pk, attempts in rows if not attempts]
        chosen = fresh or [pk for pk, _ in rows[:1]]
        if chosen:
            JobOrder.objects.filter(pk__in=chosen).update(attempts=F("attempts") + 1)
        return chosen

    def _try(self, job: Job, pk: int, *, at: datetime) -> None:
        try:
            with self._behind_their_wall(job):
                _answer(job, pk, at=at)
        except (OperationalError, InterfaceError):
            raise  # the database went away: nothing was saved, and the sweep begins with this order again
        except Exception:
            logger.exception("Order %s of job %s could not be answered.", pk, job.pk)
            _give_up(pk)

    @staticmethod
    def _behind_their_wall(job: Job) -> AbstractContextManager[None]:
        """As on the web, what somebody sends is done behind their wall, in one transaction.

        Who no longer belongs to a supplier sees nothing of it: then it takes the system to write that down.
        """
        suppliers = job.by.supplier_ids
        everything = not suppliers.issuperset(job.supplier_ids)
        return wall(suppliers=suppliers, companies=job.by.company_ids, everything=everything)


def answer_next_order(job_id: int, *, at: datetime) -> bool:
<<<<<<< HEAD
    """Answer the next order of a job; False when none is left for this worker.

    Several workers may do this at once. What goes wrong with an order stays with that order.
    """
    return TURNS.next(job_id, at=at)


def _answer(pk: int, at: datetime) -> None:
=======
    """Answer one order of a job; False when none is left."""
    return Shift(job_id, at=at).answer_next(at=at)


def unfinished_jobs(*, now: datetime) -> list[int]:
    """Return the jobs that wait for a worker: their own was lost, or never heard of them."""
    silent = Job.objects.unfinished().filter(progress_at__lt=now - SILENCE)
    return list(silent.order_by("pk").values_list("pk", flat=True))


def _answer(job: Job, pk: int, *, at: datetime) -> None:
>>>>>>> 3daa9aa (Work a long job off in half the time)
    row = (
        JobOrder.objects.select_for_update(of=["self"], skip_locked=True)
        .filter(pk=pk, work=OrderWork.WAITING)
        .select_related("order")
        .first()
    )
    if row is None:
        return  # another worker has it, or had it
    if row.attempts > MOST_ATTEMPTS:
        _give_up(pk)
        return
    row.job = job
    lines = list(row.lines.filter(forecast__in=Forecast.sent()))
    row.answer = _send(row, lines, at=at)
    row.work = OrderWork.DONE
    row.save(update_fields=["work", "answer"])
    _write_down(lines)


def _write_down(lines: Iterable[JobLine]) -> None:
    """Save what became of lines: one statement for all that came out alike."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    for line in lines:
        alike[line.result, line.sentence].append(line.pk)
    for (result, sentence), ids in alike.items():
        JobLine.objects.filter(pk__in=ids).update(result=result, sentence=sentence)


def _send(row: JobOrder, lines: Sequence[JobLine], *, at: datetime) -> Answer | None:
    """Answer what is still as it was looked at; say of each other line why it was not sent."""
    by = row.job.by
    if not by.is_active or not may(by, row.order, ANSWER_ORDERS):
        _mark(lines, Result.REFUSED, "Your role does not allow answering this order any more.")
        return None
    order = hold(row.order)
    ready = _still_the_same(order, asked_of(lines_of(order)), row, lines)
    answer = _acknowledge(order, row, ready, at=at)
    if answer is not None:
        states = dict(answer.lines.values_list("line_id", "state"))
        for line in ready:
            if line.result == Result.WAITING:
                state = AnswerState(states[line.line_id])
                line.result, line.sentence = _RESULTS.get(state, Result.WITH_BUYER), ""
    return answer


def _acknowledge(
    order: PurchaseOrder, row: JobOrder, ready: Sequence[JobLine], *, at: datetime
) -> Answer | None:
    """Send lines; what is refused of them is marked and left out, the rest is sent without it."""
    rest = [line for line in ready if line.result == Result.WAITING]
    if not rest:
        return None
    try:
        return acknowledge_order(
            order,
            by=row.job.by,
            revision=order.revision,
            replies=[LineReply(line.line_id, from_json(line.reply)) for line in rest],
            submission=row.submission,
            at=at,
            comment=row.job.reason,
            channel=row.job.channel,
        )
    except IllegalMove as move:
        _mark(rest, Result.REFUSED, move.sentence)
        return None
    except Refused as refusal:
        _mark_refused(rest, refusal.problems)
    return _acknowledge(order, row, rest, at=at)


def _mark_refused(lines: Sequence[JobLine], problems: Iterable[Problem]) -> None:
    """Mark the lines that problems are about; a problem of the order as a whole is one of every line."""
    by_line: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        by_line[".".join(problem.where.split(".")[:2])].append(problem.sentence())
    of_lines = {f"lines.{line.line_id}": line for line in lines}
    general = [sentence for where, found in by_line.items() if where not in of_lines for sentence in found]
    for where, line in of_lines.items():
        if found := [*general, *by_line.get(where, [])]:
            _mark([line], Result.REFUSED, " ".join(found))


def _still_the_same(
    order: PurchaseOrder, asked: Mapping[int, Asked], row: JobOrder, lines: Sequence[JobLine]
) -> list[JobLine]:
    """Return the lines that are as they were looked at; the others are marked with what happened."""
    same = []
    for line in lines:
        now = asked.get(line.line_id)
        if now is None or fingerprint(now) != line.seen:
            _mark([line], Result.MOVED, _moved(order, row, now))
        else:
            same.append(line)
    return same


def _moved(order: PurchaseOrder, row: JobOrder, now: Asked | None) -> str:
    if now is None:
        return "The line is no longer part of the order."
    if now.asked_in_revision > row.revision:
        what = f"Revision {now.asked_in_revision} of order {order.number} changed it after you had looked"
    else:
        what = "It was answered or decided on after you had looked"
    return f"{what}. Look at the line and answer it again."


def _mark(lines: Sequence[JobLine], result: Result, sentence: str) -> None:
    for line in lines:
        line.result, line.sentence = result, sentence


def _give_up(pk: int) -> None:
    """Leave an order that cannot be answered to a person; the others go on."""
    code = current_correlation_id()
    sentence = "Something went wrong on our side and nothing was sent. Answer this order on its page."
    with transaction.atomic():
        JobOrder.objects.filter(pk=pk, work=OrderWork.WAITING).update(work=OrderWork.FAILED)
        JobLine.objects.filter(job_order=pk, result=Result.WAITING).update(
            result=Result.FAILED, sentence=f"{sentence} Support can look up {code}." if code else sentence
        )


TURNS = Turns(Job.objects.all(), JobOrder.objects.all(), do=_answer, give_up=_give_up)
