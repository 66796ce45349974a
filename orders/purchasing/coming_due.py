"""Which agreed deliveries come so near that the supplier is asked whether they still hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from orders.purchasing.lifecycle import AnswerState, LineState, OrderState, Side
from orders.purchasing.models import LineAnswer, PurchaseOrderLine, ScheduleLine
from orders.purchasing.positions import goods_of, splits_of, today_at
from orders.purchasing.rules import Part, to_come
from suppliers.people.models import BuyerCompany
from suppliers.policies.lookup import companies_deciding, rulebooks
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.terms import Matter

# Nobody wants to be asked by a mail that arrives in the night: from this hour on, where the goods are due.
_FIRST_HOUR = 7
# Odoo may not have taken the agreed date yet: by its own date lines are looked at so much further.
_ODOO_LAGS = timedelta(days=31)
# Several deliveries of one line are no further apart; Odoo knows the first one's date only.
_FARTHEST_APART = timedelta(days=366)
_NEEDED = ("order_id", "company_id", "supplier_id", "product_odoo_id", "product_code", "category_path")
_READ = ("state", "asked_on", "asked_quantity", "asked_price", "asked_again_for", "received", "quantity")


@dataclass(frozen=True, slots=True)
class ComingDue:
    """A line and those of its deliveries that the supplier is to be asked about, soonest first."""

    line: PurchaseOrderLine
    deliveries: tuple[Part, ...]
    is_split: bool = False  # into several deliveries, of which these are some

    @property
    def upto(self) -> date | None:
        """The last day that is asked about."""
        return self.deliveries[-1].delivery_on


def orders_coming_due(*, at: datetime) -> list[int]:
    """Return the orders with lines to be asked about at a moment, soonest delivery first.

    One query for the policies, four for each company that has one about this, and those for the calendars.
    """
    found: dict[int, date] = {}
    for company, rules in companies_deciding(Matter.AGAIN, at=at).items():
        if at.astimezone(ZoneInfo(company.time_zone)).hour < _FIRST_HOUR:
            continue
        today = today_at(company, at)
        reach = today + max(_farthest(int(rule.upper.amount or 0)) for rule in rules)
        lines = list({line.pk: line for line in _candidates(company, today, reach)}.values())
        splits = splits_of(lines)
        books = rulebooks({(company, line.supplier_id) for line in lines}, at=at)
        for line in lines:
            said_on = _said_on(line.said_at, company)  # type: ignore[attr-defined]
            due = coming_due(line, splits.get(line.pk, ()), said_on, books[company.pk, line.supplier_id])
            for part in due:
                found[line.order_id] = min(found.get(line.order_id, date.max), part.delivery_on or date.max)
    return sorted(found, key=lambda order: (found[order], order))


def lines_coming_due(
    lines: Iterable[PurchaseOrderLine], book: Rulebook, company: BuyerCompany
) -> list[ComingDue]:
    """Return those of an order's lines that are to be asked about on the day of the rulebook."""
    lines = list(lines)
    said = _last_said(lines)
    splits = splits_of([line for line in lines if line.state in LineState.settled()])
    found = []
    for line in lines:
        split = splits.get(line.pk, ())
        if due := coming_due(line, split, _said_on(said.get(line.pk), company), book):
            found.append(ComingDue(line, due, bool(split)))
    return found


def coming_due(
    line: PurchaseOrderLine, split: tuple[Part, ...], said_on: date | None, book: Rulebook
) -> tuple[Part, ...]:
    """Return the deliveries that the supplier, who spoke of a line on *said_on* last, is asked about now.

    *split* are its deliveries where several were agreed. Each is asked about once for its promised date, on
    the rulebook's day; not what is here already, has passed, is still to be put into Odoo, or was said since
    the day from which on a policy has it asked.
    """
    if line.state not in LineState.settled() or line.awaited_change is not None:
        return ()
    if line.received >= line.quantity:
        return ()
    asked = _asked_upto(line, split)
    # It waits for an answer already; only a delivery that comes after what it was asked about is news.
    if line.state == LineState.DUE and asked is None:
        return ()
    goods, due = goods_of(line), []
    for part in to_come(split, line.received) if split else _whole(line):
        on = part.delivery_on
        if on is None or on < book.on or (asked is not None and on <= asked):
            continue
        begins = book.asked_again_from(goods, on)
        if begins is not None and begins <= book.on and (said_on is None or said_on < begins):
            due.append(part)
    return tuple(due)


def arrived_since_asked(lines: Iterable[PurchaseOrderLine]) -> list[PurchaseOrderLine]:
    """Return lines of which all deliveries came that their supplier was asked about, if not all of the line.

    Reads only where something came of a line that waits to be confirmed again.
    """
    waiting = [line for line in lines if line.state == LineState.DUE and line.received > 0]
    found, splits = [], splits_of(waiting)
    for line in waiting:
        split = splits.get(line.pk, ())
        asked = _asked_upto(line, split) if split else None
        coming = (part.delivery_on for part in to_come(split, line.received))
        if asked is not None and all(on is not None and on > asked for on in coming):
            found.append(line)
    return found


def next_deliveries(order_ids: Iterable[int], *, at: datetime) -> dict[int, date]:
    """Return, by order, the next day on which something comes that waits to be confirmed again.

    Days that have passed at the moment, where the goods go, are left out, and those of several deliveries
    that were confirmed again already. A fixed number of queries, and those for the calendars.
    """
    rows = PurchaseOrderLine.objects.filter(order__in=list(order_ids), state=LineState.DUE)
    lines = list(rows.select_related("company"))
    books = rulebooks({(line.company, line.supplier_id) for line in lines}, at=at)
    found, splits, said = dict[int, date](), splits_of(lines), _last_said(lines)
    for line in lines:
        book, split = books[line.company_id, line.supplier_id], splits.get(line.pk, ())
        said_on = _said_on(said.get(line.pk), line.company)
        for part in to_come(split, line.received) if split else _whole(line):
            on = part.delivery_on
            if on is None or on < book.on:
                continue
            begins = book.asked_again_from(goods_of(line), on) if split else None
            if begins is None or said_on is None or said_on < begins:
                found[line.order_id] = min(found.get(line.order_id, on), on)
    return found


def _whole(line: PurchaseOrderLine) -> list[Part]:
    return [Part(line.asked_quantity, line.asked_on, line.asked_price)]


def _asked_upto(line: PurchaseOrderLine, split: tuple[Part, ...]) -> date | None:
    """Return up to which of its days a line was asked about; none of them when that day is its no more."""
    days = {part.delivery_on for part in split} if split else {line.asked_on}
    return line.asked_again_for if line.asked_again_for in days else None


def _last_said(lines: Iterable[PurchaseOrderLine]) -> dict[int, datetime]:
    """Return when the supplier spoke of each line last."""
    answers = LineAnswer.objects.filter(line__in=list(lines), answer__side=Side.SUPPLIER)
    return dict(answers.order_by("answer__round").values_list("line", "answer__at"))


def _said_on(at: datetime | None, company: BuyerCompany) -> date | None:
    return today_at(company, at) if at else None


def _candidates(company: BuyerCompany, today: date, reach: date) -> Iterable[PurchaseOrderLine]:
    """Return lines that may be near enough; the index by Odoo's date keeps both searches to some of them."""
    first = (
        _open(company, today - _ODOO_LAGS, reach + _ODOO_LAGS)
        .filter(state=LineState.AGREED, asked_on__range=(today, reach))
        .filter(Q(asked_again_for__isnull=True) | ~Q(asked_again_for=F("asked_on")))
    )
    later = ScheduleLine.objects.filter(
        line_answer__line=OuterRef("pk"),
        line_answer__state=AnswerState.AGREED,
        delivery_on__range=(today, reach),
        delivery_on__gt=OuterRef("asked_on"),
    )
    split = _open(company, today - _FARTHEST_APART, reach + _ODOO_LAGS).filter(
        Exists(later), state__in=LineState.settled()
    )
    return chain(first, split)


def _open(company: BuyerCompany, first: date, last: date) -> QuerySet[PurchaseOrderLine]:
    """Return lines of which something is to come, with when their supplier spoke of them last."""
    said = LineAnswer.objects.filter(line=OuterRef("pk"), answer__side=Side.SUPPLIER)
    return (
        PurchaseOrderLine.objects.filter(company=company, expected_on__range=(first, last))
        .filter(order__state__in=OrderState.open(), received__lt=F("quantity"), awaited_change__isnull=True)
        .annotate(said_at=Subquery(said.order_by("-answer__round").values("answer__at")[:1]))
        .only(*_NEEDED, *_READ, "awaited_change")
    )


def _farthest(count: int) -> timedelta:
    """Return more days than so many working days can take, a month of holidays among them."""
    return timedelta(days=2 * count + 31)
