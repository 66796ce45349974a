"""What becomes of replies: agreed, passes by itself, needs the buyer, refused. Asked before and at sending.

``acknowledge_order`` judges with the same functions, so what was shown before sending is what happens then,
unless the order or a policy changed in between.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from orders.purchasing.checking import check_replies, conflict_of
from orders.purchasing.lifecycle import LineState
from orders.purchasing.measures import measures_of
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.positions import asked_by_order, closed_problem, today_at
from orders.purchasing.rules import Asked, LineReply, Part, deviations, value_of
from orders.purchasing.wording import changes_of
from suppliers.people.access import ANSWER_ORDERS, may
from suppliers.people.models import User
from suppliers.policies.lookup import rulebook_between, rulebooks
from suppliers.policies.records import Goods
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.terms import Outcome as Weighed
from suppliers.policies.verdict import Verdict
from suppliers.policies.wording import limit_text, value_text
from suppliers.refusal import Problem


class Outcome(StrEnum):
    """What becomes of one line's reply."""

    AGREED = "AGREED"  # equals what was asked
    PASSES = "PASSES"  # deviates within the tolerance: agreed by itself
    NEEDS_BUYER = "NEEDS_BUYER"
    REFUSED = "REFUSED"  # cannot be sent; the problems say why


@dataclass(frozen=True, slots=True)
class Draft:
    """Replies to one order, and the revision of it that they answer."""

    revision: int
    replies: Sequence[LineReply]


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """What becomes of one line's reply."""

    asked: Asked
    parts: tuple[Part, ...]
    outcome: Outcome
    deviations: tuple[str, ...] = ()  # "date", "quantity", "price", "split", "rejected"
    problems: tuple[Problem, ...] = ()
    verdict: Verdict | None = None  # how policies judged what deviates
    # The line has moved on since it was looked at: it is left open, and the rest can be sent all the same.
    is_held: bool = False

    @property
    def line_id(self) -> int:
        """The line."""
        return self.asked.line_id

    @property
    def is_agreed(self) -> bool:
        """Whether both sides hold the same values once this is sent."""
        return self.outcome in {Outcome.AGREED, Outcome.PASSES}

    @property
    def changes(self) -> tuple[dict[str, str], ...]:
        """Old and new of what deviates: ``{"what", "old", "new"}``."""
        return changes_of([(self.asked, self.parts, self.deviations)])

    @property
    def effect(self) -> Decimal:
        """The difference in value against what was asked, in the order's currency."""
        return value_of(self.parts) - value_of(self.asked.parts)


@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """What becomes of the replies to one order. With any problem nothing of it can be sent.

    Lines that are held are no such problem: they are left open, and the rest is sent.
    """

    order_id: int
    lines: dict[int, LineOutcome] = field(default_factory=dict)
    # All of them, the order's own first; ``where`` is "order", "revision", "lines.<id>…".
    problems: tuple[Problem, ...] = ()

    @property
    def held(self) -> tuple[Problem, ...]:
        """Why lines are left open that have moved on since they were looked at."""
        return tuple(problem for line in self.lines.values() if line.is_held for problem in line.problems)

    def count(self, outcome: Outcome) -> int:
        """How many lines come out like that."""
        return sum(line.outcome == outcome for line in self.lines.values())


def preview(drafts: Mapping[int, Draft], *, by: User, at: datetime) -> dict[int, OrderOutcome]:
    """Return what becomes of drafts, by order id, if *by* sends them at *at*. Nothing is saved.

    A fixed number of queries whatever the number of orders and lines. Orders that *by* cannot see do not
    exist; where the role does not allow answering, that is the problem.
    """
    orders = {
        order.pk: order
        for order in PurchaseOrder.objects.visible_to(by)
        .filter(pk__in=list(drafts))
        .select_related("company", "supplier")
    }
    lines = PurchaseOrderLine.objects.visible_to(by).filter(order__in=list(orders))
    return preview_of(
        drafts, orders, asked_by_order(lines.order_by("order_id", "sequence", "pk")), by=by, at=at
    )


def preview_of(
    drafts: Mapping[int, Draft],
    orders: Mapping[int, PurchaseOrder],
    asked: Mapping[int, Mapping[int, Asked]],
    *,
    by: User,
    at: datetime,
) -> dict[int, OrderOutcome]:
    """Return the same for orders that were read already: those *by* may see, with company and supplier."""
    books = rulebooks({(order.company, order.supplier_id) for order in orders.values()}, at=at)
    found: dict[int, OrderOutcome] = {}
    for pk, draft in drafts.items():
        order = orders.get(pk)
        if order is None:
            problem = Problem("order", str(pk), "There is no such order")
            found[pk] = OrderOutcome(pk, problems=(problem,))
        elif not may(by, order, ANSWER_ORDERS):
            problem = Problem("order", order.number, "Your role does not allow answering this order")
            found[pk] = OrderOutcome(pk, problems=(problem,))
        else:
            book = books[order.company_id, order.supplier_id]
            found[pk] = judge(order, asked.get(pk, {}), draft, at=at, book=book)
    return found


def judge(
    order: PurchaseOrder,
    asked: Mapping[int, Asked],
    draft: Draft,
    *,
    at: datetime,
    book: Rulebook | None = None,
) -> OrderOutcome:
    """Return what becomes of a draft. *order* comes with its company, *asked* with all of its lines.

    *book* are the policies between the two; they are read when it is not given.
    """
    if closed := closed_problem(order):
        return OrderOutcome(order.pk, problems=(closed,))
    book = book or rulebook_between(order.company, order.supplier_id, at=at)
    problems: list[Problem] = []
    if not 1 <= draft.revision <= order.revision:
        found = f"The order has revisions 1 to {order.revision}"
        problems.append(Problem("revision", str(draft.revision), found, "Reload the page"))
    conflicts = {
        pk: conflict
        for pk in {reply.line_id for reply in draft.replies} & asked.keys()
        if (conflict := conflict_of(asked[pk], revision=draft.revision))
    }
    if not draft.replies or len(conflicts) < len(draft.replies):
        problems += _check(asked, draft, conflicts, book, today=today_at(order.company, at))
    of_line: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        of_line[".".join(problem.where.split(".")[:2])].append(problem)
    lines: dict[int, LineOutcome] = {}
    for reply in draft.replies:
        pk = reply.line_id
        if pk in conflicts:
            held = (conflicts[pk],)
            lines[pk] = LineOutcome(asked[pk], reply.parts, Outcome.REFUSED, problems=held, is_held=True)
        elif pk in asked:
            lines[pk] = _judge_line(asked[pk], reply, of_line[f"lines.{pk}"], book, order.currency)
    refused = (problem for line in lines.values() if line.verdict for problem in line.problems)
    return OrderOutcome(order.pk, lines, (*problems, *refused))


def acceptance(asked: Iterable[Asked], *, leaving: Container[int] = ()) -> list[LineReply]:
    """Return the replies that take every line that waits for the supplier as it is asked, but for some."""
    return [
        LineReply(line.line_id, line.parts)
        for line in asked
        if line.state in LineState.waiting_for_supplier() and line.line_id not in leaving
    ]


def _check(
    asked: Mapping[int, Asked],
    draft: Draft,
    conflicts: Mapping[int, Problem],
    book: Rulebook,
    *,
    today: date,
) -> list[Problem]:
    """Find what is wrong with the replies to lines that have not moved on."""
    replies = [reply for reply in draft.replies if reply.line_id not in conflicts]
    earliest = {pk: book.earliest(line.goods) for pk, line in asked.items() if line.goods}
    return check_replies(asked, replies, revision=draft.revision, today=today, earliest=earliest)


def _judge_line(
    asked: Asked, reply: LineReply, problems: Sequence[Problem], book: Rulebook, currency: str
) -> LineOutcome:
    if problems:
        return LineOutcome(asked, reply.parts, Outcome.REFUSED, problems=tuple(problems))
    found = deviations(asked.parts, reply.parts)
    if not found:
        return LineOutcome(asked, reply.parts, Outcome.AGREED)
    measures = measures_of(asked, reply.parts, found, currency=currency)
    verdict = book.judge(asked.goods or Goods(0, 0), measures)
    refused = tuple(
        Problem(
            f"lines.{asked.line_id}.{finding.measure.where}".rstrip("."),
            value_text(finding.measure.answered),
            limit_text(finding, asked.label),
        )
        for finding in verdict.findings
        if finding.outcome == Weighed.REFUSED
    )
    outcome = Outcome(verdict.outcome.value) if measures else Outcome.NEEDS_BUYER
    if outcome == Outcome.PASSES and any(part.is_foreign for part in reply.parts):
        # A person puts it into Odoo: nothing about it is settled without one.
        outcome = Outcome.NEEDS_BUYER
    return LineOutcome(asked, reply.parts, outcome, tuple(found), refused, verdict)
