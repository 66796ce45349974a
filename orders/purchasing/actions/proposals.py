"""The proposals of suppliers that wait for a decision, and what is written on them when it falls."""

from collections.abc import Sequence
from datetime import datetime

from orders.purchasing.lifecycle import AnswerState, Side
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.positions import asked_of, closed_problem, lines_of
from orders.purchasing.rules import Asked, capitalized
from suppliers.people.models import User
from suppliers.refusal import IllegalMove


def undecided(
    order: PurchaseOrder, answer_ids: Sequence[int]
) -> tuple[dict[int, PurchaseOrderLine], dict[int, Asked], list[LineAnswer]]:
    """Return the order's lines, what is asked of them, and these proposals; the caller holds the order.

    Raises IllegalMove when one of them is not the order's, was decided already, or the order is closed.
    """
    if closed := closed_problem(order):
        raise IllegalMove(closed.sentence())
    proposals = list(
        LineAnswer.objects.filter(answer__order=order, answer__side=Side.SUPPLIER, pk__in=answer_ids)
        .select_related("decided_by", "answer")
        .order_by("pk")
    )
    if len(proposals) != len(set(answer_ids)) or not proposals:
        raise IllegalMove(f"Order {order.number} has no such proposal.")
    lines = lines_of(order)
    asked = asked_of(lines)
    for proposal in proposals:
        if proposal.state != AnswerState.PENDING:
            done = AnswerState(proposal.state).label.lower()
            who = f" by {proposal.decided_by}" if proposal.decided_by else ""
            label = capitalized(asked[proposal.line_id].label)
            raise IllegalMove(f"{label} needs no decision any more: {done}{who}.")
    return {line.pk: line for line in lines}, asked, proposals


def settle_proposals(
    order: PurchaseOrder,
    proposals: Sequence[LineAnswer],
    state: AnswerState,
    *,
    by: User,
    at: datetime,
    reason: str = "",
) -> None:
    """Write what became of proposals, and through whom; *order* is held."""
    LineAnswer.objects.filter(pk__in=[proposal.pk for proposal in proposals]).update(
        state=state,
        decided_by=by,
        decided_by_name=str(by)[:200],
        decided_at=at,
        decided_step=order.steps,
        decision_reason=reason,
    )
