"""Drawing up a job: what is wanted of each line becomes an answer, and the preview says what it comes to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from orders.bulk.lifecycle import Forecast, Operation, Result
from orders.bulk.models import Job, JobLine, JobOrder
from orders.bulk.rules import (
    Wish,
    check_wish,
    fingerprint,
    nothing_to_do,
    parts_wished,
    to_json,
)
from orders.purchasing.copying import insert_many, new_row
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.positions import asked_by_order
from orders.purchasing.preview import Draft, OrderOutcome, preview_of
from orders.purchasing.rules import Asked, LineReply, Part, capitalized
from suppliers.calendars.lookup import calendars_of
from suppliers.calendars.rules import Calendar
from suppliers.journal.models import Channel
from suppliers.people.models import User
from suppliers.refusal import Problem, Refused

# The page, the preview and the work stay quick up to here; a longer list is taken in portions.
MOST_LINES = 5_000
_BATCH = 1_000
# What the preview decides already.
_SETTLED = {
    Forecast.REFUSED: Result.REFUSED,
    Forecast.LEFT_OUT: Result.LEFT_OUT,
    Forecast.MOVED: Result.MOVED,
}


@dataclass(slots=True)
class Draught:
    """What is wanted of one order: answers by line id, and of other lines what is said instead."""

    order: PurchaseOrder
    asked: Mapping[int, Asked]
    replies: dict[int, tuple[Part, ...]] = field(default_factory=dict)
    # Lines that are not sent: why, as a forecast and as a sentence. Wins over a reply to the same line.
    kept_back: dict[int, tuple[Forecast, str]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.replies.keys() | self.kept_back.keys())


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants a job, what it is to be called, and which way it came in."""

    by: User
    operation: Operation
    title: str
    selection: str
    at: datetime
    reason: str = ""
    channel: str = Channel.WEB


def draw_up_wish(wish: Wish, line_ids: Collection[int], *, by: User, selection: str, at: datetime) -> Job:
    """Draw up a job that does the same to every line; lines that *by* cannot see do not exist.

    Nothing is sent. Raises Refused when nothing can be done at all, or too much is asked.
    """
    if problems := check_wish(wish):
        raise Refused(problems)
    draughts = []
    chosen, calendars = set(line_ids), calendars_of(by.supplier_ids)
    for order, asked in read_orders(by, line_ids):
        draught = Draught(order, asked)
        for line in asked.values():
            if line.line_id in chosen:
                _apply(wish, line, draught, calendars[order.supplier_id])
        draughts.append(draught)
    comment = wish.reason.strip() if wish.operation != Operation.DECLINE else ""
    outcomes = assess(draughts, by=by, at=at)
    return draw_up(
        draughts, outcomes, Order(by, wish.operation, wish.sentence(), selection, at, reason=comment)
    )


def assess(draughts: Sequence[Draught], *, by: User, at: datetime) -> dict[int, OrderOutcome]:
    """Return what the replies come to, by order id; *draughts* are of orders that *by* may see."""
    drafts = {
        d.order.pk: Draft(d.order.revision, [LineReply(pk, parts) for pk, parts in d.replies.items()])
        for d in draughts
        if d.replies
    }
    orders = {draught.order.pk: draught.order for draught in draughts}
    asked = {draught.order.pk: draught.asked for draught in draughts}
    return preview_of(drafts, orders, asked, by=by, at=at)


@transaction.atomic
def draw_up(draughts: Sequence[Draught], outcomes: Mapping[int, OrderOutcome], wanted: Order) -> Job:
    """Store a job with what its preview says of each line: a fixed number of queries per thousand lines.

    Nothing is sent. Raises Refused when there is no line, or more than MOST_LINES.
    """
    count = sum(map(len, draughts))
    if not count:
        raise Refused([Problem("line", "no line", "Choose at least one line", "Tick lines in the list")])
    if count > MOST_LINES:
        expected = f"At most {MOST_LINES:,} lines at once"
        raise Refused([Problem("line", f"{count:,} lines", expected, "Narrow the list with its filters")])
    job = Job.objects.create(
        by=wanted.by,
        supplier_ids=sorted({d.order.supplier_id for d in draughts}),
        operation=wanted.operation,
        title=wanted.title,
        selection=wanted.selection,
        reason=wanted.reason,
        channel=wanted.channel,
        order_count=len(draughts),
        line_count=count,
        drawn_up_at=wanted.at,
    )
    orders = JobOrder.objects.bulk_create(
        [JobOrder(job=job, order=d.order, revision=d.order.revision, **_tenant(d.order)) for d in draughts],
        batch_size=_BATCH,
    )
    lines = [
        line
        for draught, order in zip(draughts, orders, strict=True)
        for line in _lines(draught, order, outcomes.get(draught.order.pk))
    ]
    insert_many(lines)
    return job


def read_orders(user: User, line_ids: Iterable[int]) -> list[tuple[PurchaseOrder, dict[int, Asked]]]:
    """Return the orders of some lines with all that is asked in them, by need and number."""
    of_lines = PurchaseOrderLine.objects.visible_to(user).filter(pk__in=list(line_ids))
    orders = list(
        PurchaseOrder.objects.visible_to(user)
        .filter(pk__in=of_lines.order_by().values("order_id"), supplier_id__in=sorted(user.supplier_ids))
        .select_related("company", "supplier")
        .order_by("needed_on", "pk")
    )
    lines = PurchaseOrderLine.objects.visible_to(user).filter(order__in=[order.pk for order in orders])
    asked = asked_by_order(lines.order_by("order_id", "sequence", "pk"))
    return [(order, asked[order.pk]) for order in orders]


def _apply(wish: Wish, line: Asked, draught: Draught, calendar: Calendar) -> None:
    if reason := nothing_to_do(line, wish):
        draught.kept_back[line.line_id] = (Forecast.LEFT_OUT, reason)
        return
    parts = parts_wished(line, wish, calendar)
    if isinstance(parts, Problem):
        draught.kept_back[line.line_id] = (Forecast.REFUSED, parts.sentence())
    else:
        draught.replies[line.line_id] = parts


def _lines(draught: Draught, order: JobOrder, outcome: OrderOutcome | None) -> Iterable[JobLine]:
    general, sentences = _of_order(outcome), _of_lines(outcome)
    for pk, asked in draught.asked.items():
        if pk in draught.kept_back:
            forecast, sentence = draught.kept_back[pk]
        elif pk not in draught.replies or outcome is None:
            continue
        elif general:
            forecast, sentence = Forecast.REFUSED, general
        else:
            forecast, sentence = Forecast(outcome.lines[pk].outcome.value), sentences.get(pk, "")
        yield _line(order, asked, draught.replies.get(pk, ()), forecast, sentence)


def _line(order: JobOrder, asked: Asked, reply: Iterable[Part], forecast: Forecast, sentence: str) -> JobLine:
    return new_row(
        JobLine,
        job_id=order.job_id,
        job_order_id=order.pk,
        line_id=asked.line_id,
        supplier_id=order.supplier_id,
        company_id=order.company_id,
        label=capitalized(asked.label),
        seen=fingerprint(asked),
        asked=to_json(asked.parts),
        reply=to_json(reply),
        forecast=forecast,
        result=_SETTLED.get(forecast, Result.WAITING),
        sentence=sentence,
    )


def _of_order(outcome: OrderOutcome | None) -> str:
    """Return what is wrong with the order as a whole, in words."""
    problems = outcome.problems if outcome else ()
    return " ".join(p.sentence() for p in problems if p.where in {"order", "revision"})


def _of_lines(outcome: OrderOutcome | None) -> dict[int, str]:
    """Return what is wrong with each line, in words."""
    found: dict[int, list[str]] = defaultdict(list)
    for pk, line in (outcome.lines if outcome else {}).items():
        found[pk] += [problem.sentence() for problem in line.problems]
    return {pk: " ".join(sentences) for pk, sentences in found.items()}


def _tenant(order: PurchaseOrder) -> dict[str, int]:
    return {"supplier_id": order.supplier_id, "company_id": order.company_id}
