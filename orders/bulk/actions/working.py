"""Working a job off: some orders at a time, each at most once, and by itself where something is wrong."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from integrations.correlation import current_correlation_id
from integrations.priority import yielding
from orders.bulk.lifecycle import Forecast, OrderWork, Result
from orders.bulk.mail import tell_buyers_of_answers
from orders.bulk.models import Job, JobLine, JobOrder
from orders.bulk.rules import fingerprint, from_json
from orders.bulk.turns import Turns
from orders.purchasing.actions import LineReply, Sending, acknowledge_together
from orders.purchasing.actions.rounds import Held, hold_together
from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder
from orders.purchasing.preview import Draft, judge
from orders.purchasing.rules import Asked
from orders.purchasing.saving import save_together
from suppliers.notices.bundles import bundled
from suppliers.people.access import ANSWER_ORDERS, may
from suppliers.refusal import IllegalMove, Refused
from suppliers.tenancy import wall

_Ready = tuple[JobOrder, list[JobLine], Held]

# So many orders share a transaction: their locks are held for well under a second.
_TOGETHER = 25
_RESULTS = {AnswerState.AGREED: Result.AGREED, AnswerState.PENDING: Result.WITH_BUYER}


def answer_next_order(job_id: int, *, at: datetime) -> bool:
    """Answer the next order of a job; False when none is left for this worker.

    Several workers may do this at once. What goes wrong with an order stays with that order.
    """
    return TURNS.next(job_id, at=at)


def _answer(pks: Sequence[int], at: datetime) -> None:
    """Answer some orders of one job in the transaction that is open: a fixed number of queries."""
    rows = list(
        JobOrder.objects.select_for_update(of=["self"], skip_locked=True)
        .filter(pk__in=pks, work=OrderWork.WAITING)
        .select_related("job__by", "order")
        .order_by("pk")
    )
    if not rows:
        return  # another worker has them, or had them
    job = rows[0].job
    lines: dict[int, list[JobLine]] = {row.pk: [] for row in rows}
    for line in JobLine.objects.filter(job_order__in=rows, forecast__in=Forecast.sent()).order_by("pk"):
        lines[line.job_order_id].append(line)
    # As on the web: what somebody sends is done behind their wall, with the roles they have today. What Odoo
    # is told of it lets single clicks go first; each person is told once, when the job is done.
    began, by = job.started_at or at, job.by
    with wall(suppliers=by.supplier_ids, companies=by.company_ids), yielding(), bundled(began):
        _send([(row, lines[row.pk]) for row in rows], job, at=at)
    for row in rows:
        row.work = OrderWork.DONE
    save_together(rows, ["work", "answer"])
    save_together([line for found in lines.values() for line in found], ["result", "sentence"])


def _send(rows: Sequence[tuple[JobOrder, list[JobLine]]], job: Job, *, at: datetime) -> None:
    """Answer what is still as it was looked at; say of each other line why it was not sent."""
    allowed = []
    for row, lines in rows:
        if job.by.is_active and may(job.by, row.order, ANSWER_ORDERS):
            allowed.append((row, lines))
        else:
            _mark(lines, Result.REFUSED, "Your role does not allow answering this order any more.")
    held = hold_together([row.order_id for row, _ in allowed])
    ready = [
        (row, same, held[row.order_id])
        for row, lines in allowed
        if (same := _still_the_same(held[row.order_id], row, lines))
    ]
    refused = _acknowledge(ready, job, at=at)
    # Of an order with something wrong in it the rest is sent without that.
    rest = [
        (row, good, of) for (row, lines, of), _ in refused if (good := _without_the_wrong(of, lines, at=at))
    ]
    for (_, lines, _), refusal in _acknowledge(rest, job, at=at):
        _mark(lines, Result.REFUSED, " ".join(problem.sentence() for problem in refusal.problems))


def _acknowledge(ready: Sequence[_Ready], job: Job, *, at: datetime) -> list[tuple[_Ready, Refused]]:
    """Answer orders together and mark their lines; return those of which nothing was taken, and why."""
    sendings = [(of, _sending(row, lines, of, job.reason)) for row, lines, of in ready]
    try:
        answers = acknowledge_together(sendings, by=job.by, at=at, channel=job.channel)
    except IllegalMove as move:
        if len(ready) > 1:
            raise  # which of them it is shows when each is tried by itself
        _mark(ready[0][1], Result.REFUSED, move.sentence)
        return []
    refused = []
    states = _states_of(answer.pk for answer in answers if isinstance(answer, Answer))
    for one, answer in zip(ready, answers, strict=True):
        if isinstance(answer, Refused):
            refused.append((one, answer))
            continue
        one[0].answer = answer
        for line in one[1]:
            line.result, line.sentence = _RESULTS.get(states[line.line_id], Result.WITH_BUYER), ""
    return refused


def _states_of(answer_ids: Iterable[int]) -> dict[int, AnswerState]:
    """Return what became of each line of some answers."""
    rows = LineAnswer.objects.filter(answer__in=list(answer_ids)).values_list("line_id", "state")
    return {line: AnswerState(state) for line, state in rows}


def _sending(row: JobOrder, lines: Sequence[JobLine], of: Held, reason: str) -> Sending:
    replies = [LineReply(line.line_id, from_json(line.reply)) for line in lines]
    return Sending(of.order.revision, replies, row.submission, comment=reason)


def _still_the_same(of: Held, row: JobOrder, lines: Sequence[JobLine]) -> list[JobLine]:
    """Return the lines that are as they were looked at; the others are marked with the reason."""
    same = []
    for line in lines:
        now = of.asked.get(line.line_id)
        if now is None or fingerprint(now) != line.seen:
            _mark([line], Result.MOVED, _moved(of.order, row, now))
        else:
            same.append(line)
    return same


def _without_the_wrong(of: Held, lines: Sequence[JobLine], *, at: datetime) -> list[JobLine]:
    """Return the lines that can be sent; the others are marked with the reason."""
    replies = [LineReply(line.line_id, from_json(line.reply)) for line in lines]
    outcome = judge(of.order, of.asked, Draft(of.order.revision, replies), at=at)
    general = " ".join(p.sentence() for p in outcome.problems if p.where in {"order", "revision"})
    if general:
        _mark(lines, Result.REFUSED, general)
        return []
    wrong = {pk: one.problems for pk, one in outcome.lines.items() if one.problems}
    for line in lines:
        if line.line_id in wrong:
            sentence = " ".join(problem.sentence() for problem in wrong[line.line_id])
            _mark([line], Result.REFUSED, sentence)
    return [line for line in lines if line.line_id not in wrong]


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


TURNS = Turns(
    Job.objects.all(),
    JobOrder.objects.all(),
    do=_answer,
    give_up=_give_up,
    done=tell_buyers_of_answers,
    together=_TOGETHER,
)
