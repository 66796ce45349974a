"""What each line of an order asks for just now, read for the rules in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable

from orders.purchasing.lifecycle import AnswerState, LineState, Side
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from orders.purchasing.rules import Asked, Part


def label_of(line: PurchaseOrderLine, position: int) -> str:
    """Name a line for people: "line 3 (FST-100)"."""
    return f"line {position} ({line.product_code})" if line.product_code else f"line {position}"


def asked_of(lines: Iterable[PurchaseOrderLine]) -> dict[int, Asked]:
    """Return what is asked, by line id; *lines* are all lines of one order in their order."""
    lines = list(lines)
    counters = _counter_parts([line.pk for line in lines if line.state == LineState.COUNTERED])
    return {
        line.pk: Asked(
            line_id=line.pk,
            label=label_of(line, position),
            state=line.state,
            unit=line.unit,
            received=line.received,
            asked_in_revision=line.asked_in_revision,
            parts=counters.get(line.pk) or (Part(line.asked_quantity, line.asked_on, line.asked_price),),
        )
        for position, line in enumerate(lines, start=1)
    }


def lines_of(order: PurchaseOrder) -> list[PurchaseOrderLine]:
    """Return the lines of an order as people count them."""
    return list(PurchaseOrderLine.objects.filter(order=order).order_by("sequence", "pk"))


def parts_of(answers: Iterable[LineAnswer]) -> dict[int, tuple[Part, ...]]:
    """Return the parts of line answers, by line answer id."""
    parts: dict[int, list[Part]] = defaultdict(list)
    for row in ScheduleLine.objects.filter(line_answer__in=[answer.pk for answer in answers]).order_by(
        "position"
    ):
        parts[row.line_answer_id].append(Part(row.quantity, row.delivery_on, row.unit_price, row.reason))
    return {answer_id: tuple(found) for answer_id, found in parts.items()}


def _counter_parts(line_ids: list[int]) -> dict[int, tuple[Part, ...]]:
    if not line_ids:
        return {}
    answers = list(
        LineAnswer.objects.filter(line__in=line_ids, state=AnswerState.PENDING, answer__side=Side.BUYER)
    )
    parts = parts_of(answers)
    return {answer.line_id: parts[answer.pk] for answer in answers}
