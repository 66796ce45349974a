"""A clock begins with the first mail that reached somebody; not with the order, and not with its writing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from orders.deadlines.actions.stop import cancel_steps_of_ended
from orders.deadlines.lifecycle import DeadlineKind, Ending, StepState
from orders.deadlines.models import Deadline, Step
from orders.deadlines.rules import Arrival, plan
from orders.deadlines.terms import terms_of
from orders.purchasing.coming_due import next_deliveries
from orders.purchasing.lifecycle import LineState, OrderSummary, Side
from orders.purchasing.models import Answer, PurchaseOrder, PurchaseOrderLine
from suppliers.calendars.lookup import calendars_of
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice

_BATCH = 500
_ORDER = PurchaseOrder._meta.model_name
# What these ask is not an answer to the order but a word that its promise holds.
_RECONFIRMING = frozenset({"order_reconfirm"})


@dataclass(slots=True)
class Question:
    """What an order asked its supplier at one time, with the mails that asked it."""

    order_id: int
    key: str
    kind: DeadlineKind
    asked_at: datetime
    delivered_at: list[datetime] = field(default_factory=list)


def start_clocks(*, now: datetime) -> int:
    """Start the clocks of all questions that reached somebody since; return how many mails were looked at.

    A mail that came back changes a clock that ran from it: to the next one that was delivered, or to none.
    """
    total = 0
    while taken := _start_some(now):
        total += taken
    return total


@transaction.atomic
def _start_some(now: datetime) -> int:
    rows = (
        Notice.objects.filter(wants_clock=True, subject_type=_ORDER, sent_at__isnull=False)
        .order_by("sent_at", "pk")
        # Another run has the others; those locked by a mail on its way come a minute later.
        .select_for_update(skip_locked=True)[:_BATCH]
    )
    fresh = list(rows)
    if not fresh:
        return 0
    questions = _newest_per_order(_questions(fresh))
    orders = _locked_orders(questions)
    answered, again = _answered(orders), _to_confirm_again(orders)
    waiting = [
        question
        for question in questions
        if _waits(question, orders.get(question.order_id), answered.get(question.order_id))
        and (question.kind != DeadlineKind.RECONFIRM or question.order_id in again)
    ]
    _settle(waiting, orders, now)
    Notice.objects.filter(pk__in=[notice.pk for notice in fresh]).update(wants_clock=False)
    return len(fresh)


def _questions(fresh: Sequence[Notice]) -> list[Question]:
    """Return the questions these mails ask, each with all the mails that ask it."""
    found: dict[tuple[int, str], Question] = {}
    rows = Notice.objects.filter(
        subject_type=_ORDER,
        subject_id__in={notice.subject_id for notice in fresh},
        key__in={notice.key for notice in fresh},
    )
    for notice in rows.order_by("pk"):
        if notice.subject_id is None:
            continue
        kind = DeadlineKind.RECONFIRM if notice.event in _RECONFIRMING else DeadlineKind.ANSWER
        question = found.setdefault(
            (notice.subject_id, notice.key),
            Question(notice.subject_id, notice.key, kind, notice.created_at),
        )
        question.asked_at = min(question.asked_at, notice.created_at)
        if notice.state == NoticeState.SENT and notice.sent_at:
            question.delivered_at.append(notice.sent_at)
    return list(found.values())


def _newest_per_order(questions: Iterable[Question]) -> list[Question]:
    newest: dict[tuple[int, str], Question] = {}
    for question in sorted(questions, key=lambda question: question.asked_at):
        newest[question.order_id, question.kind] = question
    return list(newest.values())


def _locked_orders(questions: Iterable[Question]) -> dict[int, PurchaseOrder]:
    wanted = {question.order_id for question in questions}
    rows = PurchaseOrder.objects.filter(pk__in=wanted).select_related("company")
    return {order.pk: order for order in rows.order_by("pk").select_for_update(of=["self"])}


def _answered(orders: Iterable[int]) -> dict[int, datetime]:
    """Return when the supplier last answered each of the orders."""
    rows = Answer.objects.filter(order__in=orders, side=Side.SUPPLIER).values("order").order_by()
    return dict(rows.annotate(latest=Max("at")).values_list("order", "latest"))


def _waits(question: Question, order: PurchaseOrder | None, answered_at: datetime | None) -> bool:
    """Whether a question is still open: mail that was delayed may arrive after the answer."""
    if order is None or not order.is_open or (answered_at is not None and answered_at > question.asked_at):
        return False
    return order.summary in OrderSummary.waiting_for_supplier()


def _to_confirm_again(orders: Iterable[int]) -> set[int]:
    """Return those of the orders of which lines wait to be confirmed again."""
    rows = PurchaseOrderLine.objects.filter(order__in=orders, state=LineState.DUE)
    return set(rows.order_by().values_list("order", flat=True))


def _settle(questions: Sequence[Question], orders: dict[int, PurchaseOrder], now: datetime) -> None:
    running = _running(orders)
    known = {
        (row.order_id, row.question): row
        for row in Deadline.objects.filter(order__in=orders, question__in=[one.key for one in questions])
    }
    to_start = []
    for question in questions:
        row, current = (
            known.get((question.order_id, question.key)),
            running.get((question.order_id, question.kind)),
        )
        if not question.delivered_at:
            if row is not None and row.ended_at is None:
                _end(row, Ending.UNDELIVERED, now)
        elif row is not None and (row.ended_at is None or row.ending == Ending.UNDELIVERED):
            if row.ended_at or row.started_at != min(question.delivered_at):
                to_start.append((question, row))
        elif row is None and (current is None or current.asked_at < question.asked_at):
            if current is not None:
                _end(current, Ending.OVERTAKEN, now)
            to_start.append((question, None))
    _start(to_start, orders, now)
    cancel_steps_of_ended()


def _running(orders: Iterable[int]) -> dict[tuple[int, str], Deadline]:
    rows = Deadline.objects.running().filter(order__in=orders)
    return {(row.order_id, row.kind): row for row in rows}


def _end(deadline: Deadline, ending: Ending, now: datetime) -> None:
    deadline.ended_at, deadline.ending = now, ending
    deadline.save(update_fields=["ended_at", "ending"])


def _start(
    wanted: Sequence[tuple[Question, Deadline | None]], orders: dict[int, PurchaseOrder], now: datetime
) -> None:
    """Write the deadlines and their steps. One that ran from a mail that came back begins anew."""
    involved = [orders[question.order_id] for question, _ in wanted]
    calendars = calendars_of({order.supplier_id for order in involved}, since=now.date())
    terms = terms_of({(order.company_id, order.supplier_id) for order in involved}, on=now.date())
    again = [question.order_id for question, _ in wanted if question.kind == DeadlineKind.RECONFIRM]
    deliveries = next_deliveries(again, at=now) if again else {}
    begun = []
    for (question, row), order in zip(wanted, involved, strict=True):
        holding = terms[order.company_id, order.supplier_id]
        started_at = min(question.delivered_at)
        on = deliveries.get(order.pk) if question.kind == DeadlineKind.RECONFIRM else None
        arrival = Arrival.on(on, ZoneInfo(order.company.time_zone)) if on else None
        laid_out = plan(calendars[order.supplier_id], started_at, holding, question.kind, arrival)
        deadline = row or _new(question, order)
        deadline.delivery_on = on if laid_out.is_sooner else None
        deadline.started_at, deadline.due_at = started_at, laid_out.due_at
        deadline.hours, deadline.interval = holding.hours_for(question.kind), holding.interval
        deadline.ended_at, deadline.ending = None, ""
        begun.append((deadline, laid_out))
    taken = {row.pk: _begin_anew(row) for _, row in wanted if row is not None}
    Deadline.objects.bulk_create(deadline for deadline, _ in begun if deadline.pk is None)
    Step.objects.bulk_create(
        Step(
            supplier_id=deadline.supplier_id,
            company_id=deadline.company_id,
            deadline=deadline,
            code=code,
            due_at=due_at,
        )
        for deadline, laid_out in begun
        for code, due_at in laid_out.steps
        if code not in taken.get(deadline.pk, ())
    )


def _new(question: Question, order: PurchaseOrder) -> Deadline:
    return Deadline(
        supplier_id=order.supplier_id,
        company_id=order.company_id,
        order=order,
        kind=question.kind,
        question=question.key,
        revision=order.revision,
        asked_at=question.asked_at,
    )


def _begin_anew(deadline: Deadline) -> set[str]:
    """Save a deadline that moved, forget what was planned for it, and return the steps taken already."""
    deadline.save()
    deadline.steps.filter(state__in=[StepState.PLANNED, StepState.CANCELLED]).delete()
    return set(deadline.steps.values_list("code", flat=True))
