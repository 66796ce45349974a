"""Working a job off: one order at a time, each in one transaction, each at most once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from integrations.correlation import current_correlation_id
from integrations.priority import yielding
from orders.bulk.lifecycle import Forecast, OrderWork, Result
from orders.bulk.mail import tell_buyers_of_answers
from orders.bulk.models import Job, JobLine, JobOrder
from orders.bulk.rules import fingerprint, from_json
from orders.bulk.turns import Turns
from orders.purchasing.actions import LineReply, acknowledge_order
from orders.purchasing.actions.rounds import hold
from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.models import Answer, PurchaseOrder
from orders.purchasing.positions import asked_of, lines_of
from orders.purchasing.preview import Draft, judge
from orders.purchasing.rules import Asked
from suppliers.notices.bundles import bundled
from suppliers.people.access import ANSWER_ORDERS, may
from suppliers.people.models import User
from suppliers.refusal import IllegalMove, Refused
from suppliers.tenancy import wall

_RESULTS = {AnswerState.AGREED: Result.AGREED, AnswerState.PENDING: Result.WITH_BUYER}


def answer_next_order(job_id: int, *, at: datetime) -> bool:
    """Answer the next order of a job; False when none is left for this worker.

    Several workers may do this at once. What goes wrong with an order stays with that order.
    """
    return TURNS.next(job_id, at=at)


def _answer(pk: int, at: datetime) -> None:
    row = (
        JobOrder.objects.select_for_update(of=["self"], skip_locked=True)
        .filter(pk=pk, work=OrderWork.WAITING)
        .select_related("job__by", "order")
        .first()
    )
    if row is None:
        return  # another worker has it, or had it
    lines = list(row.lines.filter(forecast__in=Forecast.sent()))
    by = row.job.by
    # As on the web: what somebody sends is done behind their wall, with the roles they have today.
    # What Odoo is told of it lets single clicks go first; each person is told once, when the job is done.
    with (
        wall(suppliers=by.supplier_ids, companies=by.company_ids),
        yielding(),
        bundled(row.job.started_at or at),
    ):
        row.answer = _send(row, lines, by, at=at)
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


def _send(row: JobOrder, lines: Sequence[JobLine], by: User, *, at: datetime) -> Answer | None:
    """Answer what is still as it was looked at; say of each other line why it was not sent."""
    if not by.is_active or not may(by, row.order, ANSWER_ORDERS):
        _mark(lines, Result.REFUSED, "Your role does not allow answering this order any more.")
        return None
    order = hold(row.order)
    asked = asked_of(lines_of(order))
    ready = _still_the_same(order, asked, row, lines, at=at)
    if not ready:
        return None
    try:
        answer = acknowledge_order(
            order,
            by=by,
            revision=order.revision,
            replies=[LineReply(line.line_id, from_json(line.reply)) for line in ready],
            submission=row.submission,
            at=at,
            comment=row.job.reason,
            channel=row.job.channel,
        )
    except Refused as refusal:
        _mark(ready, Result.REFUSED, " ".join(problem.sentence() for problem in refusal.problems))
        return None
    except IllegalMove as move:
        _mark(ready, Result.REFUSED, move.sentence)
        return None
    states = dict(answer.lines.values_list("line_id", "state"))
    for line in ready:
        line.result, line.sentence = _RESULTS.get(AnswerState(states[line.line_id]), Result.WITH_BUYER), ""
    return answer


def _still_the_same(
    order: PurchaseOrder, asked: Mapping[int, Asked], row: JobOrder, lines: Sequence[JobLine], *, at: datetime
) -> list[JobLine]:
    """Return the lines that can be sent; the others are marked with the reason."""
    same = []
    for line in lines:
        now = asked.get(line.line_id)
        if now is None or fingerprint(now) != line.seen:
            _mark([line], Result.MOVED, _moved(order, row, now))
        else:
            same.append(line)
    replies = [LineReply(line.line_id, from_json(line.reply)) for line in same]
    outcome = judge(order, asked, Draft(order.revision, replies), at=at)
    general = " ".join(p.sentence() for p in outcome.problems if p.where in {"order", "revision"})
    if general:
        _mark(same, Result.REFUSED, general)
        return []
    wrong = {pk: one.problems for pk, one in outcome.lines.items() if one.problems}
    for line in same:
        if line.line_id in wrong:
            sentence = " ".join(problem.sentence() for problem in wrong[line.line_id])
            _mark([line], Result.REFUSED, sentence)
    return [line for line in same if line.line_id not in wrong]


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
    Job.objects.all(), JobOrder.objects.all(), do=_answer, give_up=_give_up, done=tell_buyers_of_answers
)
