"""Lines that ask for a day that has passed: nobody can confirm them as asked, unless a policy allows it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.rules import Asked, asks_for_the_past
from suppliers.people.models import BuyerCompany
from suppliers.policies.lookup import rulebooks
from suppliers.policies.records import Goods
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.terms import Matter


def needing_new_dates(order: PurchaseOrder, asked: Mapping[int, Asked], *, on: date) -> frozenset[int]:
    """Return the lines that wait for the supplier and need a new date. *order* comes with its company.

    *on* is the date in the ship-to zone. Policies are read only where a day has passed.
    """
    past = [
        line
        for line in asked.values()
        if line.state in LineState.waiting_for_supplier() and asks_for_the_past(line, earliest=on)
    ]
    if not past or not order.is_open:
        return frozenset()
    book = books_on([(order.company, order.supplier_id)], on={order.company_id: on})[
        order.company_id, order.supplier_id
    ]
    return frozenset(
        line.line_id
        for line in past
        if asks_for_the_past(line, earliest=book.earliest(line.goods or Goods(0, 0)))
    )


def books_on(
    pairs: Iterable[tuple[BuyerCompany, int]], *, on: Mapping[int, date]
) -> dict[tuple[int, int], Rulebook]:
    """Return the policies that hold between companies and suppliers. *on* is the date at each company."""
    books: dict[tuple[int, int], Rulebook] = {}
    by_zone: dict[datetime, list[tuple[BuyerCompany, int]]] = {}
    for company, supplier in set(pairs):
        noon = datetime.combine(on[company.pk], time(12), tzinfo=ZoneInfo(company.time_zone))
        by_zone.setdefault(noon, []).append((company, supplier))
    for noon, found in by_zone.items():
        books |= rulebooks(found, at=noon)
    return books


def allows_the_past(book: Rulebook) -> bool:
    """Whether any policy lets a day be promised that has passed."""
    return any(rule.matter == Matter.PAST and rule.lower.amount for rule in book.rules)
