"""What each line of an order asks for just now, read for the rules in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from orders.purchasing.awaited import Awaited
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState, Side
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from orders.purchasing.rules import Asked, Part, Settled, settle
from suppliers.people.models import BuyerCompany
from suppliers.policies.records import Goods
from suppliers.refusal import Problem


def label_of(line: PurchaseOrderLine, position: int) -> str:
    """Name a line for people: "line 3 (FST-100)"."""
    return f"line {position} ({line.product_code})" if line.product_code else f"line {position}"


def asked_of(lines: Iterable[PurchaseOrderLine]) -> dict[int, Asked]:
    """Return what is asked, by line id; *lines* are all lines of one order in their order."""
    return {pk: asked for of_order in asked_by_order(lines).values() for pk, asked in of_order.items()}


def asked_by_order(lines: Iterable[PurchaseOrderLine]) -> dict[int, dict[int, Asked]]:
    """Return what is asked by order and line id; *lines* are all lines of some orders, each in its order."""
    lines = list(lines)
    counters = _counter_parts([line.pk for line in lines if line.state == LineState.COUNTERED])
    counters |= splits_of([line for line in lines if line.state == LineState.DUE])
    found: dict[int, dict[int, Asked]] = defaultdict(dict)
    for line in lines:
        of_order = found[line.order_id]
        of_order[line.pk] = asked_of_line(line, len(of_order) + 1, counters.get(line.pk, ()))
    return dict(found)


def asked_of_line(line: PurchaseOrderLine, position: int, parts: tuple[Part, ...]) -> Asked:
    """Return what is asked of a line: its own position, or *parts* that say more.

    Those are the buyer's open counter-proposal, or several deliveries that are to be confirmed again.
    """
    return Asked(
        line_id=line.pk,
        label=label_of(line, position),
        state=line.state,
        unit=line.unit,
        received=line.received,
        asked_in_revision=line.asked_in_revision,
        parts=parts or standing_parts(line),
        goods=goods_of(line),
        buyer=buyer_of(line),
    )


def standing_parts(line: PurchaseOrderLine) -> tuple[Part, ...]:
    """Return the line's own position, with what was agreed and is not in Odoo yet."""
    held = Part(line.asked_quantity, line.asked_on, line.asked_price)
    if line.awaited_change is None:
        return (held,)
    awaited = Awaited.read(line.awaited_change)
    return awaited.parts if awaited.own and not awaited.taken_by else (held, *awaited.parts)


def goods_of(line: PurchaseOrderLine) -> Goods:
    """Return what policies go by."""
    return Goods(
        line.company_id, line.supplier_id, line.product_odoo_id, line.product_code, line.category_path
    )


def buyer_of(line: PurchaseOrderLine) -> Settled | None:
    """Return the buyer's own last word, where the agreed position has moved away from it by itself."""
    if line.buyer_quantity is None:
        return None
    return Settled(line.buyer_quantity, line.buyer_price, line.buyer_on)


def lines_of(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """Return the lines of an order as people count them."""
    return list(PurchaseOrderLine.objects.filter(order=order).order_by("sequence", "pk"))


def parts_of(answers: Iterable[LineAnswer]) -> dict[int, tuple[Part, ...]]:
    """Return the parts of line answers, by line answer id."""
    return _parts_by_answer(answer.pk for answer in answers)


def today_at(company: BuyerCompany, at: datetime) -> date:
    """Return the date of a moment in the company's ship-to zone."""
    return at.astimezone(ZoneInfo(company.time_zone)).date()


def closed_problem(order: PurchaseOrder) -> Problem | None:
    """Say why an order can no longer be answered, if so."""
    if order.is_open:
        return None
    state = OrderState(order.state).label.lower()
    return Problem(
        "order", "", f"Order {order.number} is {state} and takes no answer any more", "Nothing was saved"
    )


def still_split(line: PurchaseOrderLine, agreed: Iterable[Part]) -> tuple[Part, ...]:
    """Return the several deliveries that were agreed last, as far as the line still stands by them."""
    parts = tuple(part for part in agreed if part.is_delivered)
    settled = settle(parts)
    stands = (settled.quantity, settled.delivery_on, settled.unit_price)
    is_same = stands == (line.asked_quantity, line.asked_on, line.asked_price)
    return parts if len(parts) > 1 and is_same and not any(part.is_foreign for part in parts) else ()


def splits_of(lines: Sequence[PurchaseOrderLine]) -> dict[int, tuple[Part, ...]]:
    """Return the deliveries of those lines that both sides agreed to have in several: two queries."""
    if not lines:
        return {}
    rows = LineAnswer.objects.filter(line__in=lines, state=AnswerState.AGREED).order_by("answer__round")
    newest = dict(rows.values_list("line", "pk"))
    parts = _parts_by_answer(newest.values())
    return {
        line.pk: split
        for line in lines
        if line.pk in newest and (split := still_split(line, parts.get(newest[line.pk], ())))
    }


def _parts_by_answer(answer_ids: Iterable[int]) -> dict[int, tuple[Part, ...]]:
    parts: dict[int, list[Part]] = defaultdict(list)
    for row in ScheduleLine.objects.filter(line_answer__in=list(answer_ids)).order_by("position"):
        parts[row.line_answer_id].append(row.part)
    return {answer_id: tuple(found) for answer_id, found in parts.items()}


def _counter_parts(line_ids: list[int]) -> dict[int, tuple[Part, ...]]:
    if not line_ids:
        return {}
    answers = list(
        LineAnswer.objects.filter(line__in=line_ids, state=AnswerState.PENDING, answer__side=Side.BUYER)
    )
    parts = parts_of(answers)
    return {answer.line_id: parts[answer.pk] for answer in answers}
