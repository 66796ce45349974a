"""What needs a person now: orders to answer, proposals to decide, alerts, and what Odoo refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db.models import Count, F, Max, Min, Q
from django.urls import reverse

from integrations.outbox.models import OutboxMessage, Status
from orders.decisions.page import top_of
from orders.purchasing.answer_times import answers_due
from orders.purchasing.lifecycle import LineState, Side
from orders.purchasing.models import (
    OrderRevision,
    PurchaseOrder,
    PurchaseOrderLine,
)
from orders.purchasing.past_dates import allows_the_past, books_on
from orders.purchasing.positions import goods_of, today_at
from portal.integration.queue import open_exceptions
from portal.integration.scope import Desk
from suppliers.alerts.engine import open_for
from suppliers.alerts.models import Alert
from suppliers.people.access import ANSWER_ORDERS, may
from suppliers.people.models import User
from suppliers.threads.listing import waiting_rows

# A worklist longer than this is worked through in the order list; the page says so.
SHOWN = 25
# Of the proposals so many; the rest is decided on a page of its own.
_TOP = 5
_MOST_CHANGES = 4


@dataclass(slots=True)
class OrderToAnswer:
    """An order that waits for the supplier."""

    order: PurchaseOrder
    may_answer: bool
    lines: int = 0
    past: int = 0  # so many of them ask for a date that has passed: they need a new one
    due_at: datetime | None = None  # until when the answer is due, as far as a clock runs
    is_overdue: bool = False
    counters: int = 0
    again: int = 0  # so many were agreed already and are to be confirmed again before their delivery
    asked_again: int = 0
    changes: list[dict[str, str]] = field(default_factory=list)
    more_changes: int = 0
    submission: UUID = field(default_factory=uuid4)

    @property
    def is_again(self) -> bool:
        """Whether all of it was agreed already and is to be confirmed again."""
        return self.lines > 0 and self.again == self.lines

    @property
    def rest(self) -> int:
        """How many lines can be confirmed as asked."""
        return self.lines - self.past


@dataclass(slots=True)
class ParkedOrder:
    """An order with something Odoo did not take."""

    order: PurchaseOrder
    reason: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Exceptions:
    """How much of the integration waits for whoever runs it, and since when."""

    count: int
    oldest: datetime


@dataclass(frozen=True, slots=True)
class LinesToChange:
    """How many lines wait for another product or unit in Odoo, and when the first is expected."""

    count: int
    soonest: date | None


@dataclass(slots=True)
class Group:
    """One kind of work."""

    code: str
    title: str
    items: Sequence[object]
    has_more: bool = False
    more_url: str = ""
    total: int | None = None  # how many there are, where more than the items were counted

    @property
    def count(self) -> str:
        """How many there are, in words: "5", "25+"."""
        if self.total is not None:
            return f"{self.total:,}"
        return f"{len(self.items)}{'+' if self.has_more else ''}"


@dataclass(slots=True)
class Worklist:
    """The home page's content."""

    groups: list[Group]
    side: Side
    buys_for_several: bool  # then it matters for which company something is

    @property
    def is_empty(self) -> bool:
        """Whether nothing needs this person now."""
        return not any(group.items for group in self.groups)


def worklist_of(user: User, *, now: datetime) -> Worklist:
    """Return what needs this person, each kind soonest and most valuable first."""
    groups = []
    if user.supplier_ids:
        groups += _supplier_groups(_orders_to_answer(user, now))
    if user.company_ids:
        groups += [_proposals(user, now), _to_change(user), _parked(user)]
    groups += [_messages(user), _exceptions(user, now), _alerts(user, now)]
    return Worklist(
        groups=[group for group in groups if group.items],
        side=Side.BUYER if user.is_buyer else Side.SUPPLIER,
        buys_for_several=len(user.company_ids) > 1,
    )


def _supplier_groups(found: Sequence[OrderToAnswer]) -> list[Group]:
    again = [item for item in found if item.is_again]
    others = [item for item in found if not item.is_again]
    counters = [item for item in others if item.counters]
    changed = [item for item in others if not item.counters and item.asked_again]
    new = [item for item in others if not item.counters and not item.asked_again]
    has_more = len(found) == SHOWN
    orders = reverse("orders:list")
    more = f"{orders}?state=confirm"
    return [
        Group("counter", "Counter-proposals to answer", counters, has_more, more),
        Group("again", "Still as agreed? Delivery is near", again, has_more, f"{orders}?state=again"),
        Group("changed", "Changed since you answered", changed, has_more, more),
        Group("new", "Orders to confirm", new, has_more, more),
    ]


def _orders_to_answer(user: User, now: datetime) -> list[OrderToAnswer]:
    waiting = (
        PurchaseOrder.objects.visible_to(user)
        .filter(supplier_id__in=user.supplier_ids)
        .waiting_for_supplier()
        .select_related("company", "supplier")
        .order_by(F("needed_on").asc(nulls_last=True), "-amount_total", "pk")[:SHOWN]
    )
    found = {order.pk: OrderToAnswer(order, may(user, order, ANSWER_ORDERS)) for order in waiting}
    _count_lines(user, found, now)
    _add_changes(user, found)
    for pk, due_at in answers_due(found, user).items():
        found[pk].due_at, found[pk].is_overdue = due_at, due_at <= now
    return list(found.values())


def _count_lines(user: User, found: dict[int, OrderToAnswer], now: datetime) -> None:
    past = Q(pk__in=[])
    for company in {item.order.company for item in found.values()}:
        past |= Q(company_id=company.pk, asked_on__lt=today_at(company, now))
    # Asked about a later delivery since the first one came: no day has passed.
    past &= ~Q(state=LineState.DUE, received__gt=0, asked_again_for__gt=F("asked_on"))
    counted = (
        PurchaseOrderLine.objects.visible_to(user)
        .filter(order__in=found)
        .waiting_for_supplier()
        .order_by()
        .values("order_id")
        .annotate(
            lines=Count("pk"),
            counters=Count("pk", filter=Q(state=LineState.COUNTERED)),
            again=Count("pk", filter=Q(state=LineState.DUE)),
            # What was agreed since a revision asked for it is not asked because of that revision.
            latest=Max("asked_in_revision", filter=~Q(state=LineState.DUE)),
            past=Count("pk", filter=past),
        )
    )
    for row in counted:
        item = found[row["order_id"]]
        item.lines, item.counters, item.past = row["lines"], row["counters"], row["past"]
        item.again, latest = row["again"], row["latest"] or 0
        item.asked_again = latest if latest > 1 else 0
    _forgive_past(user, [item for item in found.values() if item.past], past, now)


def _forgive_past(user: User, items: Sequence[OrderToAnswer], past: Q, now: datetime) -> None:
    """Count only those past days that no policy lets the supplier confirm."""
    today = {item.order.company_id: today_at(item.order.company, now) for item in items}
    books = books_on([(item.order.company, item.order.supplier_id) for item in items], on=today)
    lenient = {pair: book for pair, book in books.items() if allows_the_past(book)}
    of_order = {
        item.order.pk: item for item in items if (item.order.company_id, item.order.supplier_id) in lenient
    }
    if not of_order:
        return
    lines = PurchaseOrderLine.objects.visible_to(user).filter(past, order__in=of_order)
    for line in lines.waiting_for_supplier().defer("description"):
        earliest = lenient[line.company_id, line.supplier_id].earliest(goods_of(line))
        of_order[line.order_id].past -= line.asked_on >= earliest


def _add_changes(user: User, found: dict[int, OrderToAnswer]) -> None:
    """Say what the latest revision changed, for orders that were asked again."""
    again = [pk for pk, item in found.items() if item.asked_again]
    if not again:
        return
    revisions = OrderRevision.objects.visible_to(user).filter(order__in=again, number=F("order__revision"))
    for revision in revisions.defer("snapshot"):
        item = found[revision.order_id]
        item.changes = revision.changes[:_MOST_CHANGES]
        item.more_changes = max(0, len(revision.changes) - _MOST_CHANGES)


def _proposals(user: User, now: datetime) -> Group:
    """Return the most urgent proposals; all of them are on the page made for deciding."""
    rows, total = top_of(user, now=now, size=_TOP)
    return Group(
        "proposals", "Proposals to decide", rows, total > len(rows), reverse("decisions:list"), total=total
    )


def _to_change(user: User) -> Group:
    """Return how many lines this buyer has to change in Odoo: one row for all."""
    lines = PurchaseOrderLine.objects.visible_to(user).filter(company_id__in=user.company_ids)
    found = lines.to_change_in_odoo().order_by().aggregate(count=Count("pk"), soonest=Min("expected_on"))
    items = [LinesToChange(**found)] if found["count"] else []
    more = f"{reverse('orders:list')}?state=odoo"
    return Group("to-change", "To be changed in Odoo", items, more_url=more, total=found["count"])


def _parked(user: User) -> Group:
    """Return the orders of this buyer that hold something Odoo refused."""
    prefix = "purchase_order:"
    messages = OutboxMessage.objects.filter(status=Status.PARKED, document__startswith=prefix)
    newest = {
        int(message["document"].removeprefix(prefix)): message
        for message in messages.order_by("-pk").values("document", "reason", "created_at")[:200]
    }
    if not newest:
        return Group("parked", "Odoo did not take these", [])
    orders = PurchaseOrder.objects.visible_to(user).filter(pk__in=newest, company_id__in=user.company_ids)
    items = [
        ParkedOrder(order, newest[order.pk]["reason"], newest[order.pk]["created_at"])
        for order in orders.select_related("supplier", "company")[:SHOWN]
    ]
    return Group("parked", "Odoo did not take these", items)


def _exceptions(user: User, now: datetime) -> Group:
    """Return how many exceptions of the integration are open, for those who run it: one row for all."""
    desk, title = Desk(user), "The integration needs you"
    if not desk.may_act:
        return Group("exceptions", title, [])
    found = open_exceptions(desk, now=now).aggregate(count=Count("pk"), oldest=Min("troubled_at"))
    return Group("exceptions", title, [Exceptions(**found)] if found["count"] else [])


def _messages(user: User) -> Group:
    """Return the conversations that wait for this person: an answer is owed, or something is unread."""
    rows = waiting_rows(user, size=SHOWN + 1)
    return Group("messages", "Messages for you", rows[:SHOWN], len(rows) > SHOWN, reverse("threads:list"))


def _alerts(user: User, now: datetime) -> Group:
    alerts: list[Alert] = list(open_for(user, now=now)[: SHOWN + 1])
    return Group("alerts", "At risk", alerts[:SHOWN], len(alerts) > SHOWN, reverse("alerts:list"))
