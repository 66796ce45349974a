"""The four dates of a line with their history, as its page shows them."""

from dataclasses import dataclass
from datetime import date, datetime

from orders.purchasing.lifecycle import DateKind
from orders.purchasing.models import DateMove, PurchaseOrderLine
from suppliers.people.models import User


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move, newest first."""

    kind: str
    old: date | None
    new: date | None
    at: datetime
    by: str
    came_from: str  # "round 2", "revision 3"


def date_history(line: PurchaseOrderLine, user: User) -> list[MoveRow]:
    """Return how the line's dates moved, newest first: one query."""
    moves = DateMove.objects.visible_to(user).filter(line=line).order_by("-pk")
    return [
        MoveRow(
            DateKind(move.kind).label,
            move.old,
            move.new,
            move.at,
            move.by_name,
            f"round {move.round}" if move.round else f"revision {move.revision}" if move.revision else "",
        )
        for move in moves
    ]
