"""The order page: everything it shows, read in a fixed number of queries whatever the order's size."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from integrations.outbox.status import SyncState, sync_state
from orders.purchasing.badges import Badge, line_badge, order_badge
from orders.purchasing.forms import AnswerForm
from orders.purchasing.lifecycle import AnswerState, LineState, OrderState, OrderSummary, Side
from orders.purchasing.models import (
    Answer,
    LineAnswer,
    OrderRevision,
    PurchaseOrder,
    PurchaseOrderLine,
    ScheduleLine,
)
from orders.purchasing.positions import label_of
from orders.purchasing.rules import Asked, Part, settle
from orders.purchasing.typed_answer import TypedLine, TypedPart, typed_part
from suppliers.journal.reading import Timeline, timeline
from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS, may
from suppliers.people.models import User

ENTRIES = 20
# Up to this many lines the page carries every line's editor; above, each is fetched when it is opened.
INLINE_EDITORS = 4
_STATE_CLOSED = {
    OrderState.CANCELLED: "The buyer cancelled this order. Nothing needs to be done.",
    OrderState.WITHDRAWN: "The buyer took this order back to work on it. It returns when it is sent again.",
}


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
    def settled(self) -> Any:
        """What the parts come to: quantity, price, first date."""
        return settle(self.parts)

    @property
    def is_one_delivery(self) -> bool:
        """Whether it can be shown as old and new value of each field."""
        return len(self.parts) == 1 and self.parts[0].is_delivered


@dataclass(slots=True)
class LineView:
    """A line of the page."""

    line: PurchaseOrderLine
    position: int
    badge: Badge
    asked: Asked
    replies: list[Reply]
    changed: dict[str, str]  # field → what it was before the latest change in Odoo
    typed: TypedLine | None = None
    has_editor: bool = False

    @property
    def current(self) -> Reply | None:
        """The latest word about the line, once anything but a plain confirmation was said."""
        return self.replies[-1] if any(reply.deviates for reply in self.replies) else None

    @property
    def proposal(self) -> Reply | None:
        """The supplier's proposal that waits for a decision."""
        current = self.current
        return current if current and current.is_pending and not current.is_counter else None

    @property
    def prefix(self) -> str:
        """What the names of the editor's fields begin with."""
        return f"lines-{self.line.pk}-parts"

    @property
    def counter_parts(self) -> list[TypedPart]:
        """What a counter-proposal starts from: the supplier's deliveries, and a row to split off more."""
        parts = [part for part in self.replies[-1].parts if part.is_delivered] or list(self.asked.parts)
        return [typed_part(number, part) for number, part in enumerate(parts)] + [TypedPart(len(parts))]

    @property
    def is_waiting(self) -> bool:
        """Whether the supplier must answer it."""
        return self.line.state in LineState.waiting_for_supplier()


@dataclass(slots=True)
class RoundView:
    """One round, for the list of rounds."""

    answer: Answer
    agreed: int = 0
    deviating: int = 0


@dataclass
class OrderView:
    """The order page's content."""

    order: PurchaseOrder
    side: Side
    badge: Badge
    sentence: str
    lines: list[LineView]
    rounds: list[RoundView]
    revisions: list[OrderRevision]
    timeline: Timeline
    sync: SyncState
    form: AnswerForm | None
    may_decide: bool
    edit: int | None = None

    @property
    def edited(self) -> LineView | None:
        """The line whose editor was asked for, if it may be edited."""
        return next((line for line in self.lines if line.line.pk == self.edit and line.has_editor), None)

    @property
    def proposals(self) -> list[LineView]:
        """The lines whose proposals wait for a decision."""
        return [line for line in self.lines if line.proposal]

    @property
    def proposal_ids(self) -> str:
        """The ids of all open proposals, as the form posts them."""
        return ",".join(str(line.proposal.answer.pk) for line in self.lines if line.proposal)

    @property
    def waiting(self) -> int:
        """How many lines the supplier must answer."""
        return sum(line.is_waiting for line in self.lines)

    @property
    def partner(self) -> str:
        """The other side's name."""
        return str(self.order.supplier if self.side == Side.BUYER else self.order.company)


def order_view(
    order: PurchaseOrder, user: User, *, form: AnswerForm | None = None, edit: int | None = None
) -> OrderView:
    """Read everything the page shows of an order the user may see. *order* comes with supplier and company.

    *form* is a posted answer that could not be taken; *edit* the line whose editor is to be open.
    """
    side = Side.BUYER if order.company_id in user.company_ids else Side.SUPPLIER
    lines = list(order.lines.order_by("sequence", "pk"))
    replies = _replies(order, user)
    revisions = _revisions(order, user)
    asked = asked_on_page(lines, replies)
    changed = _changed_fields(revisions, _answered_revision(replies))
    views = [
        LineView(
            line,
            position,
            line_badge(line.state, side),
            asked[line.pk],
            replies.get(line.pk, []),
            changed.get(line.odoo_id, {}),
        )
        for position, line in enumerate(lines, start=1)
    ]
    if form is None and order.is_open and side == Side.SUPPLIER and may(user, order, ANSWER_ORDERS):
        form = AnswerForm(asked)
        form.revision = order.revision
    if form is not None:
        _open_form(form, views, edit)
    return OrderView(
        order=order,
        side=side,
        badge=order_badge(order.state, order.summary, side),
        sentence=state_sentence(order, views, side),
        lines=views,
        rounds=_rounds(replies),
        revisions=revisions,
        timeline=timeline(order, viewer=user, size=ENTRIES),
        sync=sync_state(order.document),
        form=form,
        edit=edit,
        may_decide=order.is_open and side == Side.BUYER and may(user, order, DECIDE_PROPOSALS),
    )


def read_asked(order: PurchaseOrder, user: User) -> dict[int, Asked]:
    """Return what is asked of each line of the order just now, for reading a posted answer."""
    return asked_on_page(list(order.lines.order_by("sequence", "pk")), _replies(order, user))


def asked_on_page(lines: Sequence[PurchaseOrderLine], replies: dict[int, list[Reply]]) -> dict[int, Asked]:
    """Return what is asked of each line, from rows the page has read already."""
    return {
        line.pk: Asked(
            line_id=line.pk,
            label=label_of(line, position),
            state=line.state,
            unit=line.unit,
            received=line.received,
            asked_in_revision=line.asked_in_revision,
            parts=_counter(line, replies.get(line.pk, []))
            or (Part(line.asked_quantity, line.asked_on, line.asked_price),),
        )
        for position, line in enumerate(lines, start=1)
    }


def state_sentence(order: PurchaseOrder, lines: Iterable[LineView], side: Side) -> str:
    """Say what happened and who acts next."""
    if closed := _STATE_CLOSED.get(OrderState(order.state)):
        return closed
    states = [view.line.state for view in lines]
    waiting = sum(state in LineState.waiting_for_supplier() for state in states)
    proposed = states.count(LineState.PROPOSED)
    us, them = ("You", "the buyer") if side == Side.SUPPLIER else ("The supplier", "you")
    verb = "have" if side == Side.SUPPLIER else "has"
    if waiting and proposed:
        return f"{_lines(waiting)} to confirm for {us.lower()}; {_lines(proposed)} with {them}."
    if waiting:
        total = len([state for state in states if state != LineState.CANCELLED])
        of_all = "all lines" if waiting == total else f"{waiting} of {_lines(total)}"
        return f"{us} {verb} to confirm {of_all}{', ' + _changed(order) if order.revision > 1 else ''}."
    if proposed:
        decides = "The buyer decides" if side == Side.SUPPLIER else "You decide"
        return f"{decides} on {_lines(proposed)} that deviate from what was ordered."
    if order.summary == OrderSummary.REFUSED:
        return "Nothing of this order will be delivered; both sides know it."
    if order.summary == OrderSummary.AGREED:
        return "Both sides agree on every line. Nothing needs to be done until delivery."
    return "This order is closed. Nothing needs to be done."


def _changed(order: PurchaseOrder) -> str:
    return f"changed by the buyer (revision {order.revision})"


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _replies(order: PurchaseOrder, user: User) -> dict[int, list[Reply]]:
    """Read every round's answers by line, oldest first: one query from the schedule up."""
    schedule = (
        ScheduleLine.objects.visible_to(user)
        .filter(line_answer__answer__order=order)
        .select_related("line_answer__answer__by", "line_answer__decided_by")
        .order_by("line_answer__answer__round", "line_answer_id", "position")
    )
    found: dict[int, list[Reply]] = defaultdict(list)
    for row in schedule:
        replies = found[row.line_answer.line_id]
        if not replies or replies[-1].answer.pk != row.line_answer_id:
            replies.append(Reply(row.line_answer))
        replies[-1].parts.append(Part(row.quantity, row.delivery_on, row.unit_price, row.reason))
    return dict(found)


def _counter(line: PurchaseOrderLine, replies: Sequence[Reply]) -> tuple[Part, ...]:
    if line.state != LineState.COUNTERED or not replies or not replies[-1].is_counter:
        return ()
    return tuple(replies[-1].parts)


def _rounds(replies: dict[int, list[Reply]]) -> list[RoundView]:
    found: dict[int, RoundView] = {}
    for reply in (reply for of_line in replies.values() for reply in of_line):
        view = found.setdefault(reply.answer.answer_id, RoundView(reply.answer.answer))
        if reply.answer.deviations or reply.is_counter:
            view.deviating += 1
        else:
            view.agreed += 1
    return sorted(found.values(), key=lambda view: view.answer.round, reverse=True)


def _revisions(order: PurchaseOrder, user: User) -> list[OrderRevision]:
    if order.revision == 1:
        return []
    revisions = OrderRevision.objects.visible_to(user).filter(order=order).defer("snapshot")
    return list(revisions.order_by("-number"))


def _answered_revision(replies: dict[int, list[Reply]]) -> int:
    """Return the revision the supplier answered last; what came later is news to them."""
    answered = (
        reply.answer.answer.revision
        for of_line in replies.values()
        for reply in of_line
        if not reply.is_counter
    )
    return max(answered, default=1)


def _changed_fields(revisions: Iterable[OrderRevision], answered: int) -> dict[int, dict[str, str]]:
    """Return, by line and field, the value the supplier last knew."""
    changed: dict[int, dict[str, str]] = defaultdict(dict)
    for revision in revisions:  # newest first, so the oldest value is written last and stays
        if revision.number > answered:
            for change in revision.changes:
                if change.get("line") is not None:
                    changed[change["line"]][change["field"]] = change["old"]
    for fields in changed.values():
        if "date" in fields:
            fields["date"] = _day_of(fields["date"])  # type: ignore[assignment]
    return changed


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _open_form(form: AnswerForm, views: Sequence[LineView], edit: int | None) -> None:
    inline = len(views) <= INLINE_EDITORS
    for view in views:
        if view.line.state in {LineState.ASKED, LineState.COUNTERED, LineState.AGREED}:
            wanted = inline or view.line.pk in {edit, form.edit}
            view.typed = form.typed(view.line.pk, with_editor=wanted)
            view.has_editor = bool(view.typed.parts)
