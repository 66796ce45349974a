"""What everybody has been doing before the visitor comes: played through the real actions, once."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from uuid import uuid4

from django.db.models import Count

from orders.purchasing.actions import (
    LineReply,
    Part,
    accept_order,
    acknowledge_order,
    approve_lines,
    counter_line,
    decline_lines,
)
from orders.purchasing.lifecycle import AnswerState, OrderSummary, Side
from orders.purchasing.models import Answer, LineAnswer, PurchaseOrder
from orders.purchasing.positions import asked_of, lines_of
from orders.purchasing.rules import Asked
from suppliers.people.models import User


@dataclass(frozen=True, slots=True)
class Scene:
    """An order with the two people who deal with it, and when."""

    order: PurchaseOrder
    seller: User
    buyer: User
    at: datetime

    def asked(self) -> list[Asked]:
        """What the order asks for, line by line."""
        return list(asked_of(lines_of(self.order)).values())

    def answer(self, change: Callable[[Asked], tuple[Part, ...]], *, comment: str = "") -> None:
        """Answer every line: the first one as *change* says, the others as asked."""
        first, *others = self.asked()
        acknowledge_order(
            self.order,
            by=self.seller,
            revision=self.order.revision,
            replies=[
                LineReply(first.line_id, change(first)),
                *(LineReply(a.line_id, a.parts) for a in others),
            ],
            submission=uuid4(),
            at=self.at,
            supplier_reference=self.reference,
            comment=comment,
        )

    def proposals(self) -> list[int]:
        """The line answers that wait for the buyer."""
        pending = LineAnswer.objects.filter(
            answer__order=self.order, state=AnswerState.PENDING, answer__side=Side.SUPPLIER
        )
        return list(pending.values_list("pk", flat=True))

    @property
    def reference(self) -> str:
        """The supplier's own order number."""
        return f"SO-{26000 + self.order.odoo_id}"

    @property
    def later(self) -> datetime:
        """When the buyer comes to it."""
        return self.at + timedelta(minutes=45)


def accept(scene: Scene) -> None:
    """The supplier takes the order as it is."""
    accept_order(
        scene.order,
        by=scene.seller,
        revision=scene.order.revision,
        submission=uuid4(),
        at=scene.at,
        supplier_reference=scene.reference,
    )


def offer_later(scene: Scene) -> None:
    """The supplier can deliver the first line nine days later only; the buyer has not decided yet."""
    scene.answer(
        lambda asked: (_days_later(asked.parts[0], 9),),
        comment="Our raw material comes late; this is the earliest we can promise.",
    )


def offer_a_little_later(scene: Scene) -> None:
    """Two days later than asked: within the tolerance, so nobody has to decide."""
    scene.answer(
        lambda asked: (_days_later(asked.parts[0], 2),), comment="Our lorry comes your way two days later."
    )


def offer_split(scene: Scene) -> None:
    """The supplier can send a part of the first line in time and the rest two weeks later."""

    def split(asked: Asked) -> tuple[Part, ...]:
        whole = asked.parts[0]
        now = max(Decimal(1), (whole.quantity * Decimal("0.6")).to_integral_value())
        rest = whole.quantity - now
        return (replace(whole, quantity=now), _days_later(replace(whole, quantity=rest), 14))

    scene.answer(split, comment="The first part is on stock, the rest comes with the next production run.")


def offer_price(scene: Scene) -> None:
    """The supplier asks four percent more for the first line."""
    scene.answer(
        lambda asked: (_dearer(asked.parts[0]),), comment="Metal surcharge as announced on 2 November."
    )


def reject_first_line(scene: Scene) -> None:
    """The supplier cannot deliver the first line at all."""
    scene.answer(
        lambda asked: (
            Part(asked.quantity, None, None, "Discontinued by our works; please order its successor."),
        )
    )


def offer_later_and_be_approved(scene: Scene) -> None:
    """A later date that the buyer can live with."""
    offer_later(scene)
    approve_lines(scene.order, by=scene.buyer, answer_ids=scene.proposals(), at=scene.later)


def offer_price_and_be_declined(scene: Scene) -> None:
    """A higher price that the buyer does not accept."""
    offer_price(scene)
    decline_lines(
        scene.order,
        by=scene.buyer,
        answer_ids=scene.proposals(),
        reason="The price is fixed until 31 December by our agreement of May.",
        at=scene.later,
    )


def offer_later_and_be_countered(scene: Scene) -> None:
    """A later date to which the buyer answers with one in between."""
    offer_later(scene)
    (answer_id,) = scene.proposals()
    asked = scene.asked()[0]
    counter_line(
        scene.order,
        by=scene.buyer,
        answer_id=answer_id,
        parts=[_days_later(asked.parts[0], 4)],
        comment="Could you make it four days? Our customer's site opens then.",
        submission=uuid4(),
        at=scene.later,
    )


def offer_another_product(scene: Scene) -> None:
    """The supplier would send the successor of the first line's product; the buyer has not decided yet."""

    def successor(asked: Asked) -> tuple[Part, ...]:
        code = asked.goods.product_code if asked.goods else ""
        return (replace(asked.parts[0], product_code=f"{code}-N", product_name="Successor, same measures"),)

    scene.answer(successor, comment="The works have replaced this article; it fits the same.")


def offer_boxes_and_be_approved(scene: Scene) -> None:
    """The supplier delivers the first line in boxes of ten; agreed, and not changed in Odoo yet."""

    def boxes(asked: Asked) -> tuple[Part, ...]:
        whole = asked.parts[0]
        assert whole.unit_price is not None  # noqa: S101  # a part that is asked for has a price
        count = max(Decimal(1), (whole.quantity / 10).to_integral_value(ROUND_CEILING))
        return (replace(whole, quantity=count, unit_price=whole.unit_price * 10, unit="Box of 10"),)

    scene.answer(boxes, comment="We pack in boxes of ten only.")
    approve_lines(scene.order, by=scene.buyer, answer_ids=scene.proposals(), at=scene.later)


# What is played with each supplier's orders, one after the other; the rest still waits.
# There may be fewer orders than acts: what comes last is what one can do without.
SCRIPT = (
    offer_a_little_later,
    offer_later,
    offer_split,
    offer_boxes_and_be_approved,
    offer_later_and_be_countered,
    offer_price,
    offer_another_product,
    reject_first_line,
    accept,
    offer_price_and_be_declined,
    offer_later_and_be_approved,
)


def play(seller: User, buyer: User, *, now: datetime) -> int:
    """Play the script with orders that wait for the seller and that the buyer may decide on.

    A quarter of the orders, and three more, stay untouched. Returns how many were played: none the second
    time.
    """
    if Answer.objects.filter(by=seller).exists():
        return 0
    waiting = list(
        PurchaseOrder.objects.visible_to(seller)
        .filter(company__in=buyer.company_ids, summary=OrderSummary.WAITING_FOR_SUPPLIER)
        # Nobody can promise what is overdue; the longest order is for the visitor to scroll through.
        .filter(needed_on__gt=now.date() + timedelta(days=1))
        .annotate(length=Count("lines"))
        .filter(length__lte=15)
        .open()
        .order_by("needed_on", "pk")
    )
    # Those needed soonest stay, for the top of the visitor's worklist; so do the three needed last.
    chosen = waiting[len(waiting) // 4 : -3][: len(SCRIPT)]
    for number, (order, act) in enumerate(zip(chosen, SCRIPT, strict=False)):
        act(Scene(order, seller, buyer, at=now - timedelta(hours=2 * (len(chosen) - number) + 1)))
    return len(chosen)


def _days_later(part: Part, days: int) -> Part:
    return replace(part, delivery_on=part.delivery_on + timedelta(days=days) if part.delivery_on else None)


def _dearer(part: Part) -> Part:
    assert part.unit_price is not None  # noqa: S101  # a part that is asked for has a price
    return replace(part, unit_price=(part.unit_price * Decimal("1.04")).quantize(Decimal("0.01")))
