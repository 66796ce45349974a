"""What both sides said about an order's lines, round by round, and what is asked of each line now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from orders.purchasing.lifecycle import AnswerState, LineState, Side
from orders.purchasing.models import LineAnswer, PurchaseOrder, PurchaseOrderLine, ScheduleLine
from orders.purchasing.positions import asked_of_line, still_split
from orders.purchasing.reading import lines_question
from orders.purchasing.rules import Asked, Part, settle
from suppliers.people.models import User
from suppliers.policies.verdict import Verdict
from suppliers.policies.wording import finding_text
from suppliers.prepared import Question, ask_together, prepared
from suppliers.tenancy import Viewer


@dataclass(slots=True)
class Reply:
    """What one round said about one line."""

    answer: LineAnswer
    parts: list[Part] = field(default_factory=list)

    @property
    def is_counter(self) -> bool:
        """Whether the buyer said it."""
        return self.answer.answer.side == Side.BUYER

    @property
    def deviates(self) -> bool:
        """Whether it is anything but a plain confirmation."""
        return self.is_counter or bool(self.answer.deviations)

    @property
    def is_pending(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer.state == AnswerState.PENDING

    @property
    def effect(self) -> Decimal:
        """The difference in value this makes against what was asked, in the order's currency."""
        asked = self.answer.asked_quantity * self.answer.asked_price
        coming = (part.quantity * part.unit_price for part in self.parts if part.unit_price is not None)
        return sum(coming, Decimal(0)) - asked

    @property
    def why(self) -> list[str]:
        """How policies judged what deviates, a sentence for each deviation."""
        verdict = self.answer.verdict
        return [finding_text(finding) for finding in Verdict.read(verdict).findings] if verdict else []

    @property
    def passed_by_itself(self) -> bool:
        """Whether policies agreed to it, and no buyer was asked."""
        said = self.answer
        return bool(said.deviations) and said.state == AnswerState.AGREED and said.decided_by_id is None

    @property
    def settled(self) -> Any:
        """What the parts come to: quantity, price, first date."""
        return settle(self.parts)

    @property
    def brings_product(self) -> bool:
        """Whether it names another product than what was asked for just then."""
        is_foreign = any(part.has_other_product for part in self.parts)
        return is_foreign and (self.is_counter or "product" in self.answer.deviations)

    @property
    def brings_unit(self) -> bool:
        """Whether it is in another unit than what was asked for just then."""
        is_foreign = any(part.unit for part in self.parts)
        return is_foreign and (self.is_counter or "unit" in self.answer.deviations)

    @property
    def is_one_delivery(self) -> bool:
        """Whether it can be shown as old and new value of each field."""
        return len(self.parts) == 1 and self.parts[0].is_delivered


def replies_question(order: PurchaseOrder, user: User) -> Question[dict[int, list[Reply]]]:
    """Ask for every round's answers by line, oldest first: one query from the schedule up."""
    return _schedule.question(user, order.pk).if_(order.rounds).then(_by_line)


def _by_line(schedule: Sequence[ScheduleLine]) -> dict[int, list[Reply]]:
    found: dict[int, list[Reply]] = defaultdict(list)
    for row in schedule:
        replies = found[row.line_answer.line_id]
        if not replies or replies[-1].answer.pk != row.line_answer_id:
            replies.append(Reply(row.line_answer))
        replies[-1].parts.append(row.part)
    return dict(found)


@prepared
def _schedule(viewer: Viewer, order_id: int) -> QuerySet[ScheduleLine]:
    return (
        ScheduleLine.objects.visible_to(viewer)
        .filter(line_answer__answer__order=order_id)
        .select_related("line_answer__answer__by", "line_answer__decided_by")
        .order_by("line_answer__answer__round", "line_answer_id", "position")
    )


def read_asked(order: PurchaseOrder, user: User) -> dict[int, Asked]:
    """Return what is asked of each line of the order just now, for reading a posted answer."""
    lines, replies = ask_together(lines_question(order, user), replies_question(order, user))
    return asked_on_page(lines, replies)


def asked_on_page(lines: Sequence[PurchaseOrderLine], replies: dict[int, list[Reply]]) -> dict[int, Asked]:
    """Return what is asked of each line, from rows the page has read already."""
    return {
        line.pk: asked_of_line(line, position, _parts(line, replies.get(line.pk, [])))
        for position, line in enumerate(lines, start=1)
    }


def _parts(line: PurchaseOrderLine, replies: Sequence[Reply]) -> tuple[Part, ...]:
    if line.state == LineState.DUE:
        agreed = (reply for reply in reversed(replies) if reply.answer.state == AnswerState.AGREED)
        return still_split(line, next((reply.parts for reply in agreed), ()))
    if line.state != LineState.COUNTERED:
        return ()
    # Not always the last word: what the supplier answered to it may have been taken back.
    counters = (reply for reply in reversed(replies) if reply.is_counter and reply.is_pending)
    return tuple(next((reply.parts for reply in counters), ()))
