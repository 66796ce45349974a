"""Which agreed lines come so near their delivery that the supplier is asked whether they still hold."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from orders.purchasing.lifecycle import LineState, OrderState, Side
from orders.purchasing.models import LineAnswer, PurchaseOrderLine
from orders.purchasing.positions import goods_of, today_at
from suppliers.people.models import BuyerCompany
from suppliers.policies.lookup import companies_deciding, rulebooks
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.terms import Matter

# Nobody wants to be asked by a mail that arrives in the night: from this hour on, where the goods are due.
_FIRST_HOUR = 7
# Odoo may not have taken the agreed date yet: by its own date lines are looked at so much further.
_ODOO_LAGS = timedelta(days=31)
_NEEDED = ("order_id", "company_id", "supplier_id", "product_odoo_id", "product_code", "category_path")


def orders_coming_due(*, at: datetime) -> list[int]:
    """Return the orders with lines to be asked about at a moment, soonest delivery first.

    One query for the policies, one for each company that has one about this, and those for the calendars.
    """
    found: dict[int, date] = {}
    for company, rules in companies_deciding(Matter.AGAIN, at=at).items():
        if at.astimezone(ZoneInfo(company.time_zone)).hour < _FIRST_HOUR:
            continue
        today = today_at(company, at)
        reach = today + max(_farthest(int(rule.upper.amount or 0)) for rule in rules)
        lines = list(_candidates(company, today, reach))
        books = rulebooks({(company, line.supplier_id) for line in lines}, at=at)
        for line in lines:
            book = books[company.pk, line.supplier_id]
            if is_coming_due(line, _said_on(line.said_at, company), book):  # type: ignore[attr-defined]
                found[line.order_id] = min(found.get(line.order_id, date.max), cast(date, line.asked_on))
    return sorted(found, key=lambda order: (found[order], order))


def lines_coming_due(
    lines: Iterable[PurchaseOrderLine], book: Rulebook, company: BuyerCompany
) -> list[PurchaseOrderLine]:
    """Return those of an order's lines that are to be asked about on the day of the rulebook."""
    lines = list(lines)
    answers = LineAnswer.objects.filter(line__in=lines, answer__side=Side.SUPPLIER)
    said = dict(answers.order_by("answer__round").values_list("line", "answer__at"))
    return [line for line in lines if is_coming_due(line, _said_on(said.get(line.pk), company), book)]


def is_coming_due(line: PurchaseOrderLine, said_on: date | None, book: Rulebook) -> bool:
    """Whether the supplier, who spoke of a line on *said_on* last, is asked about it on the rulebook's day.

    Once for each promised date; not about what is here already, has passed, is still to be put into Odoo, or
    was said since the day from which on a policy has it asked.
    """
    on = line.asked_on
    if line.state != LineState.AGREED or on is None or on < book.on or on == line.asked_again_for:
        return False
    if line.received >= line.quantity or line.awaited_change is not None:
        return False
    begins = book.asked_again_from(goods_of(line), on)
    if begins is None or begins > book.on:
        return False
    return said_on is None or said_on < begins


def _said_on(at: datetime | None, company: BuyerCompany) -> date | None:
    return today_at(company, at) if at else None


def _candidates(company: BuyerCompany, today: date, reach: date) -> QuerySet[PurchaseOrderLine]:
    """Return agreed lines that may be near enough; the index by Odoo's date keeps this to some of them."""
    said = LineAnswer.objects.filter(line=OuterRef("pk"), answer__side=Side.SUPPLIER)
    return (
        PurchaseOrderLine.objects.filter(company=company, state=LineState.AGREED)
        .filter(expected_on__range=(today - _ODOO_LAGS, reach + _ODOO_LAGS), asked_on__range=(today, reach))
        .filter(order__state__in=OrderState.open(), received__lt=F("quantity"), awaited_change__isnull=True)
        .filter(Q(asked_again_for__isnull=True) | ~Q(asked_again_for=F("asked_on")))
        .annotate(said_at=Subquery(said.order_by("-answer__round").values("answer__at")[:1]))
        .only(*_NEEDED, "state", "asked_on", "asked_again_for", "received", "quantity", "awaited_change")
    )


def _farthest(count: int) -> timedelta:
    """Return more days than so many working days can take, a month of holidays among them."""
    return timedelta(days=2 * count + 31)
