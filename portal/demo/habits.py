"""What a buyer has decided again and again: lines that come some days later, approved each time."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

from orders.purchasing.actions import LineReply, Part, acknowledge_order, approve_lines
from orders.purchasing.lifecycle import LineState, OrderSummary
from orders.purchasing.models import Answer, PurchaseOrder
from portal.demo.play import Scene
from suppliers.people.models import User

# So many days later each time: more than three working days, which the demo's policies let pass.
_DAYS = (7, 8, 7, 8, 8, 7)
_AHEAD = timedelta(days=21)
_COMMENT = "The carrier comes by on another day of the week."


def decide_again_and_again(seller: User, buyer: User, *, now: datetime) -> int:
    """Let the seller move what was agreed by some days, and the buyer agree each time.

    Returns how many lines that were; none the second time, and none where too few are agreed.
    """
    if Answer.objects.filter(by=seller, comment=_COMMENT).exists():
        return 0
    agreed = (
        PurchaseOrder.objects.visible_to(seller)
        .filter(company__in=buyer.company_ids, summary=OrderSummary.AGREED)
        .filter(needed_on__gt=now.date() + _AHEAD)
        .open()
        .order_by("company_id", "-needed_on", "pk")
    )
    left = list(_DAYS)
    for order in agreed:
        scene = Scene(order, seller, buyer, at=now - timedelta(hours=1 + len(left)))
        left = _move(scene, left)
        if not left:
            break
    return len(_DAYS) - len(left)


def _move(scene: Scene, days: list[int]) -> list[int]:
    """Move as many lines as there are days; return those that are left."""
    lines = [line for line in scene.asked() if line.state == LineState.AGREED][: len(days)]
    if not lines:
        return days
    acknowledge_order(
        scene.order,
        by=scene.seller,
        revision=scene.order.revision,
        replies=[
            LineReply(line.line_id, tuple(_later(part, later) for part in line.parts))
            for line, later in zip(lines, days, strict=False)
        ],
        submission=uuid4(),
        at=scene.at,
        comment=_COMMENT,
    )
    if ids := scene.proposals():
        approve_lines(scene.order, by=scene.buyer, answer_ids=ids, at=scene.later)
    return days[len(lines) :]


def _later(part: Part, days: int) -> Part:
    return replace(part, delivery_on=part.delivery_on + timedelta(days=days) if part.delivery_on else None)
