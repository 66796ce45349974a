"""The order page: everything it shows, read in a fixed number of queries whatever the order's size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.safestring import SafeString

from integrations.outbox.status import SyncState, sync_state
from orders.purchasing.badges import Badge, line_badge, order_badge, words_to_confirm
from orders.purchasing.forms import AnswerForm
from orders.purchasing.lifecycle import LineState, Side
from orders.purchasing.line_cells import cells_in
from orders.purchasing.models import Answer, OrderRevision, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.order_sentence import state_sentence
from orders.purchasing.past_dates import needing_new_dates
from orders.purchasing.reading import lines_question
from orders.purchasing.replies import Reply, asked_on_page, replies_question
from orders.purchasing.revision_news import changed_since_agreed, revisions_question
from orders.purchasing.rules import Asked, capitalized
from orders.purchasing.rules_panel import Said, rules_panel
from orders.purchasing.typed_answer import TypedLine, TypedPart, open_for_new_date, typed_part
from suppliers.journal.reading import Timeline, timeline_question
from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS, may
from suppliers.people.models import User
from suppliers.policies.lookup import rules_question
from suppliers.prepared import ask_together

ENTRIES = 20
# So many lines may have their editors on the page from the start; above, each is fetched when it is opened.
INLINE_EDITORS = 4
# So many lines are asked for a new date on one page; an order with more is answered in several goes.
_MOST_NEW_DATES = 100


@dataclass(slots=True)
class LineView:
    """A line of the page."""

    line: PurchaseOrderLine
    position: int
    badge: Badge
    asked: Asked
    replies: list[Reply]
    cells: SafeString
    typed: TypedLine | None = None
    has_editor: bool = False
    needs_date: bool = False  # it waits for the supplier, and the day asked for has passed

    @property
    def current(self) -> Reply | None:
        """The latest word about the line, once anything but a plain confirmation was said."""
        if not any(reply.deviates for reply in self.replies):
            return None
        waiting = (reply for reply in reversed(self.replies) if reply.is_pending)
        return next(waiting, self.replies[-1])

    @property
    def proposal(self) -> Reply | None:
        """The supplier's proposal that waits for a decision."""
        current = self.current
        return current if current and current.is_pending and not current.is_counter else None

    @property
    def effect(self) -> Decimal:
        """By how much the order's value rises when the proposal is approved, after the line's discount."""
        effect = self.proposal.effect if self.proposal else Decimal(0)
        return effect * (1 - self.line.discount / 100)

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

    @property
    def confirms(self) -> str:
        """What the supplier says who confirms it."""
        return words_to_confirm(self.line.state)

    @property
    def confirmed_again(self) -> Answer | None:
        """The round in which the supplier confirmed again what stands, if that was said last."""
        said = self.replies[-1].answer if self.replies else None
        return said.answer if said and said.confirms_again and self.line.state == LineState.AGREED else None


@dataclass(slots=True)
class RoundView:
    """One round, for the list of rounds."""

    answer: Answer
    agreed: int = 0
    again: int = 0  # so many of these had been agreed before and were confirmed again
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
    today: date  # in the ship-to zone
    edit: int | None = None
    # What was typed and has no field any more, because the line or the order takes no answer: in words.
    unsent: list[str] = field(default_factory=list)
    # What the customer's policies allow, for whoever answers.
    rules: list[Said] = field(default_factory=list)

    @property
    def edited(self) -> LineView | None:
        """The line whose editor was asked for, if it may be edited."""
        return next((line for line in self.lines if line.line.pk == self.edit and line.has_editor), None)

    @property
    def past(self) -> list[LineView]:
        """The lines that nobody can confirm as asked: their day has passed."""
        return [line for line in self.lines if line.needs_date]

    @property
    def gives_dates(self) -> bool:
        """Whether the page is open for typing their new dates."""
        return any(line.typed is not None and line.typed.is_open for line in self.past)

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
    def is_again(self) -> bool:
        """Whether all that waits was agreed already and is to be confirmed again."""
        waiting = [line.line.state for line in self.lines if line.is_waiting]
        return bool(waiting) and set(waiting) == {LineState.DUE}

    @property
    def rest(self) -> int:
        """How many lines can be confirmed as asked."""
        return self.waiting - len(self.past)

    @property
    def partner(self) -> str:
        """The other side's name."""
        return str(self.order.supplier if self.side == Side.BUYER else self.order.company)


def order_view(
    order: PurchaseOrder,
    user: User,
    *,
    today: date,
    form: AnswerForm | None = None,
    edit: int | None = None,
    gives_dates: bool = False,
    inline_editors: int = INLINE_EDITORS,
) -> OrderView:
    """Read everything the page shows of an order the user may see. *order* comes with supplier and company.

    *today* is the date in the ship-to zone. *form* is a posted answer that could not be taken; *edit* the
    line whose editor is to be open; *gives_dates* opens those of all lines whose day has passed. Up to
    *inline_editors* lines the page carries every line's editor.

    What a new part of the page needs of this order joins the questions asked together, so that the page still
    asks twelve times in all; see tests/orders/pages/test_detail.py.
    """
    side = Side.BUYER if order.company_id in user.company_ids else Side.SUPPLIER
    answers = order.is_open and side == Side.SUPPLIER and may(user, order, ANSWER_ORDERS)
    lines, replies, revisions, entries, policies = ask_together(
        lines_question(order, user),
        replies_question(order, user),
        revisions_question(order, user),
        timeline_question(order, viewer=user, size=ENTRIES),
        rules_question(user, order.company_id, order.supplier_id, on=today).if_(answers),
    )
    asked = asked_on_page(lines, replies)
    changed = changed_since_agreed(lines, replies, revisions)
    cells = cells_in(order.currency, today=today)
    views = [
        LineView(
            line,
            position,
            line_badge(line.state, side, awaits_change=line.awaited_change is not None),
            asked[line.pk],
            replies.get(line.pk, []),
            cells(line, position, changed.get(line.odoo_id, {})),
        )
        for position, line in enumerate(lines, start=1)
    ]
    if form is None and answers:
        form = AnswerForm(asked)
        form.revision = order.revision
    past = needing_new_dates(order, asked, on=today)
    for view in views:
        view.needs_date = view.line.pk in past
    if form is not None:
        _open_form(form, views, edit, inline_editors)
    if form is not None and gives_dates:
        _open_for_new_dates(views, today)
    unsent = _unsent(form, views) if form is not None and form.is_bound else []
    return OrderView(
        order=order,
        side=side,
        badge=_badge(order, lines, side),
        sentence=state_sentence(order, lines, side),
        lines=views,
        rounds=_rounds(replies),
        revisions=revisions,
        timeline=entries,
        sync=sync_state(order.document),
        form=form,
        today=today,
        edit=edit,
        unsent=unsent,
        rules=rules_panel(list(asked.values()), policies),
        may_decide=order.is_open and side == Side.BUYER and may(user, order, DECIDE_PROPOSALS),
    )


def _badge(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], side: Side) -> Badge:
    """Return where the order stands; what is only to be confirmed again has words of its own."""
    waiting = {line.state for line in lines} & {*LineState.waiting_for_supplier(), LineState.PROPOSED}
    if order.is_open and waiting == {LineState.DUE}:
        return line_badge(LineState.DUE, side)
    return order_badge(order.state, order.summary, side)


def _rounds(replies: Mapping[int, Sequence[Reply]]) -> list[RoundView]:
    found: dict[int, RoundView] = {}
    for reply in (reply for of_line in replies.values() for reply in of_line):
        view = found.setdefault(reply.answer.answer_id, RoundView(reply.answer.answer))
        if reply.answer.deviations or reply.is_counter:
            view.deviating += 1
        else:
            view.agreed += 1
            view.again += reply.answer.confirms_again
    return sorted(found.values(), key=lambda view: view.answer.round, reverse=True)


def _open_form(form: AnswerForm, views: Sequence[LineView], edit: int | None, inline_editors: int) -> None:
    inline = len(views) <= inline_editors
    for view in views:
        if view.line.state in LineState.answerable():
            wanted = inline or view.line.pk in {edit, form.edit}
            view.typed = form.typed(view.line.pk, with_editor=wanted)
            view.has_editor = bool(view.typed.parts)


def _unsent(form: AnswerForm, views: Sequence[LineView]) -> list[str]:
    """Keep in words what was typed for lines that take no answer any more."""
    lost = [
        f"{capitalized(view.asked.label)}: {form.lines[view.line.pk].words}"
        for view in views
        if view.typed is None and view.line.pk in form.lines and form.lines[view.line.pk].choice != "later"
    ]
    return [*lost, f"Comment: {form.comment}"] if lost and form.comment.strip() else lost


def _open_for_new_dates(views: Sequence[LineView], today: date) -> None:
    past = [view for view in views if view.needs_date and view.typed is not None]
    for number, view in enumerate(past):
        assert view.typed is not None  # noqa: S101 - filtered above
        if number < _MOST_NEW_DATES:
            open_for_new_date(view.typed, view.asked, today=today)
            view.has_editor = True
        else:
            view.typed.choice = "later"
