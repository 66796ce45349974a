"""What all actions on an order share: hold the row, store a round, close it with journal and totals."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from orders.purchasing.awaited import Awaited, awaited_of, written_parts
from orders.purchasing.copying import insert_many, new_row
from orders.purchasing.lifecycle import AnswerState, LineState, OrderSummary, Side, summarize
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from orders.purchasing.positions import asked_by_order
from orders.purchasing.rules import Asked, Part, settle
from orders.purchasing.saving import save_together
from suppliers.people.models import User
from suppliers.policies.verdict import Verdict
from suppliers.refusal import Problem, Refused

# The columns of a line that an answer or a decision may change.
LINE_FIELDS = [
    "state",
    "asked_quantity",
    "asked_price",
    "asked_on",
    "buyer_quantity",
    "buyer_price",
    "buyer_on",
    "first_promised_on",
    "promised_on",
    "awaited_change",
]


_ORDER_FIELDS = ["rounds", "steps", "summary", "changed_at", "supplier_reference"]


@dataclass(frozen=True, slots=True)
class Round:
    """Who sends a round, when, by which form and way in."""

    side: Side
    by: User
    at: datetime
    submission: UUID
    channel: str = "WEB"
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a round says about one line, and what becomes of it."""

    line: PurchaseOrderLine
    asked: Asked
    parts: Sequence[Part]
    state: AnswerState
    before: str  # the line's state before it was said
    deviations: Sequence[str] = ()
    verdict: Verdict | None = None

    @property
    def confirms_again(self) -> bool:
        """Whether the supplier confirms again what was agreed, because the delivery comes near."""
        return self.before == LineState.DUE and not self.deviations


@dataclass(frozen=True, slots=True)
class Held:
    """An order that is held until the end of the transaction, all its lines, and what is asked of each."""

    order: PurchaseOrder
    lines: list[PurchaseOrderLine]
    asked: dict[int, Asked]


def hold(order: PurchaseOrder) -> PurchaseOrder:
    """Lock the order's row until the end of the transaction and return it as it is now, one step on."""
    held = _locked().select_related("company", "supplier").get(pk=order.pk)
    held.steps += 1
    return held


def hold_together(order_ids: Collection[int]) -> dict[int, Held]:
    """Lock orders and return them as they are now, with their lines, by id: a fixed number of queries.

    They are locked in the order of their ids, so that two of us never wait for each other.
    """
    orders = list(
        _locked().select_related("company__connection", "supplier").filter(pk__in=order_ids).order_by("pk")
    )
    for order in orders:
        order.steps += 1
    lines: dict[int, list[PurchaseOrderLine]] = {order.pk: [] for order in orders}
    rows = PurchaseOrderLine.objects.filter(order__in=list(lines))
    for line in rows.order_by("order_id", "sequence", "pk"):
        lines[line.order_id].append(line)
    asked = asked_by_order(line for found in lines.values() for line in found)
    return {order.pk: Held(order, lines[order.pk], asked.get(order.pk, {})) for order in orders}


def _locked() -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.select_for_update(of=["self"])


def earlier_answer(order: PurchaseOrder, sent: Round) -> Answer | None:
    """Return the answer that the same form made before (a double click, a repeated request).

    Raises Refused when the form was used for something else.
    """
    return made_by(Answer.objects.filter(submission=sent.submission).first(), order, sent)


def made_by(answer: Answer | None, order: PurchaseOrder, sent: Round) -> Answer | None:
    """Return the answer that has a form's id. Raises Refused when the form was used for something else."""
    if answer is not None and (answer.order_id != order.pk or answer.by_id != sent.by.pk):
        raise Refused([Problem("submission", "a used form", "Open the order again and answer afresh")])
    return answer


def store_rounds(opened: Iterable[tuple[PurchaseOrder, Round]]) -> list[Answer]:
    """Open the next round of each of some orders, in one statement."""
    answers = []
    for order, sent in opened:
        order.rounds += 1
        answers.append(
            Answer(
                supplier_id=order.supplier_id,
                company_id=order.company_id,
                order=order,
                round=order.rounds,
                side=sent.side,
                revision=order.revision,
                by=sent.by,
                by_name=str(sent.by)[:200],
                at=sent.at,
                step=order.steps,
                channel=sent.channel,
                comment=sent.comment,
                submission=sent.submission,
            )
        )
    return Answer.objects.bulk_create(answers)


def store_line_answers(rounds: Sequence[tuple[Answer, Sequence[Said]]]) -> list[ScheduleLine]:
    """Store what rounds say about each line: two statements whatever the number of rounds and lines."""
    everything = [(answer, one) for answer, said in rounds for one in said]
    stored = [_line_answer(answer, one) for answer, one in everything]
    insert_many(stored)
    schedule = []
    for line_answer, (answer, one) in zip(stored, everything, strict=True):
        for position, part in enumerate(one.parts, start=1):
            schedule.append(_schedule_line(line_answer, position, part))
            schedule[-1].line_answer = line_answer
        # Whoever goes on with these rows need not read what they belong to.
        line_answer.answer, line_answer.line = answer, one.line
    insert_many(schedule)
    return schedule


def _line_answer(answer: Answer, one: Said) -> LineAnswer:
    settled = settle(one.asked.parts)
    return new_row(
        LineAnswer,
        supplier_id=answer.supplier_id,
        company_id=answer.company_id,
        answer_id=answer.pk,
        line_id=one.line.pk,
        state=one.state,
        deviations=list(one.deviations),
        asked_quantity=one.asked.quantity,
        asked_price=settled.unit_price or one.line.asked_price,
        asked_on=settled.delivery_on,
        verdict=one.verdict.as_json() if one.verdict else None,
        state_before=one.before,
        confirms_again=one.confirms_again,
    )


def _schedule_line(line_answer: LineAnswer, position: int, part: Part) -> ScheduleLine:
    return new_row(
        ScheduleLine,
        supplier_id=line_answer.supplier_id,
        company_id=line_answer.company_id,
        line_answer_id=line_answer.pk,
        position=position,
        quantity=part.quantity,
        delivery_on=part.delivery_on,
        unit_price=part.unit_price if part.is_delivered else None,
        reason=part.reason.strip(),
        product_code=part.product_code,
        product_name=part.product_name,
        unit=part.unit,
    )


def take_position(line: PurchaseOrderLine, parts: Iterable[Part], *, by_itself: bool = False) -> None:
    """Make what was agreed, or counter-proposed, the position that later answers are held against.

    *by_itself*: a policy let it pass. What may pass next is still measured from the buyer's own last word.
    Only what Odoo's line can hold counts: another product or unit waits for a person (see promise).
    """
    settled = settle(written_parts(parts))
    if settled.delivery_on is None or settled.unit_price is None:
        return
    if not by_itself:
        line.buyer_quantity = line.buyer_price = line.buyer_on = None
    elif line.buyer_quantity is None:
        line.buyer_quantity, line.buyer_price = line.asked_quantity, line.asked_price
        line.buyer_on = line.asked_on
    line.asked_quantity = settled.quantity
    line.asked_price = settled.unit_price
    line.asked_on = settled.delivery_on


def promise(
    line: PurchaseOrderLine, parts: Iterable[Part], *, activity: str, at: datetime, by_itself: bool = False
) -> None:
    """Both sides agree on these parts: they are the current promise, and the first one if there was none.

    What comes in another product or unit is not written to Odoo: it waits until a person has put it there,
    whom *activity* asks for it, unless one does already.
    """
    parts = list(parts)
    take_position(line, parts, by_itself=by_itself)
    awaited = awaited_of(parts)
    if awaited.own:
        # Nothing is left in the ordered product and unit: until it is changed, the line stays as Odoo has it.
        line.asked_quantity, line.asked_price = line.quantity, line.unit_price
        line.asked_on = line.expected_on
        line.buyer_quantity = line.buyer_price = line.buyer_on = None
    before = Awaited.read(line.awaited_change)
    is_same = (awaited.own, awaited.extra) == (before.own, before.extra)
    line.awaited_change = (before if is_same else awaited.asked_by(activity).agreed_at(at)).as_json()
    line.promised_on = settle(parts).delivery_on
    line.first_promised_on = line.first_promised_on or line.promised_on


def stand_by(line: PurchaseOrderLine) -> None:
    """The supplier repeats what stands agreed: nothing moves, nor does what tolerances are measured from."""
    line.promised_on = line.promised_on or line.asked_on
    line.first_promised_on = line.first_promised_on or line.promised_on


def close_round(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], *, at: datetime) -> OrderSummary:
    """Save changed lines and what follows for the order as a whole."""
    save_together(lines, LINE_FIELDS)
    states = PurchaseOrderLine.objects.filter(order=order).values_list("state", flat=True)
    _sum_up([(order, states)], at=at)
    return OrderSummary(order.summary)


def close_rounds(held: Iterable[Held], lines: Sequence[PurchaseOrderLine], *, at: datetime) -> None:
    """Save changed lines of orders that are held, and what follows for each order: two statements."""
    save_together(lines, LINE_FIELDS)
    _sum_up([(one.order, [line.state for line in one.lines]) for one in held], at=at)


def _sum_up(orders: Sequence[tuple[PurchaseOrder, Iterable[str]]], *, at: datetime) -> None:
    for order, states in orders:
        order.summary = summarize(order.state, states)
        order.changed_at = at
    save_together([order for order, _ in orders], _ORDER_FIELDS)
