"""The order list at line level, as read from the database: one page at a time by keyset.

The list must cost the same at page 1 and at page 1,000 with a million lines, so every branch of the query
walks an index that is in reading order already: (supplier or company, state, expected_on, id). A filter
over several states or companies is a union of such walks, each cut to one page.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from itertools import islice, product
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from orders.purchasing.customers import customers_of
from orders.purchasing.lifecycle import LineState, Side
from orders.purchasing.list_filters import TABS, Cursor, Filters
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from suppliers.lookups import AnyOf
from suppliers.people.models import User, VendorAccount
from suppliers.prepared import prepared
from suppliers.tenancy import Viewer

PAGE = 80
CSV_ROWS = 50_000
# More branches than this, and one plain filter is cheaper than the union.
_MOST_BRANCHES = 12


class Line(NamedTuple):
    """One line as read from the database; the names are those of the columns read."""

    id: int
    order_id: int
    order__number: str
    order__currency: str
    supplier_id: int
    company_id: int
    product_code: str
    description: str
    quantity: Any
    unit: str
    unit_price: Any
    received: Any
    requested_on: date | None
    promised_on: date | None
    expected_on: date | None
    state: str
    awaited_change: Any  # None unless a person has to put another product or unit into Odoo


@dataclass(frozen=True, slots=True)
class Page:
    """One page of lines, with where the neighbours begin."""

    lines: list[Line]
    newer: Cursor | None = None
    older: Cursor | None = None
    partners: dict[int, str] = field(default_factory=dict)


def page_of(user: User, filters: Filters, *, size: int = PAGE) -> Page:
    """Return the page the filters point at: at most *size* lines of those the user may see."""
    cursor = filters.cursor
    backwards = cursor is not None and cursor.backwards
    found = list(islice(_walk(user, filters, cursor, size + 1), size + 1))
    more, lines = len(found) > size, found[:size]
    if backwards:
        lines.reverse()
    if not lines:
        return Page([])
    first, last = lines[0], lines[-1]
    has_newer = more if backwards else cursor is not None
    has_older = True if backwards else more
    return Page(
        lines,
        newer=Cursor(first.expected_on, first.id, backwards=True) if has_newer else None,
        older=Cursor(last.expected_on, last.id) if has_older else None,
        partners=_partner_names(user, lines),
    )


def every_line(user: User, filters: Filters) -> Iterator[Line]:
    """Yield what all pages together show, at most CSV_ROWS lines."""
    yield from islice(_walk(user, filters, None, CSV_ROWS), CSV_ROWS)


def partner_names(user: User, lines: Iterable[Line]) -> dict[int, str]:
    """Return the other side's names for some lines, by the id of the line's supplier or company."""
    return _partner_names(user, lines)


def side_of(user: User) -> Side:
    """Return on which side somebody reads the list; who works on both reads it as a buyer."""
    return Side.BUYER if user.is_buyer else Side.SUPPLIER


def partner_choices(user: User) -> list[str]:
    """Return the other side's names a supplier may filter by; none for one customer, nor for buyers.

    A buyer may have thousands of suppliers and types a part of the name instead.
    """
    if user.is_buyer:
        return []
    found = sorted({customer.company for customer in customers_of(user)})
    return found if len(found) > 1 else []


def _walk(user: User, filters: Filters, cursor: Cursor | None, limit: int) -> Iterator[Line]:
    """Walk the lines from the cursor on, in its direction, at most *limit* of them."""
    left = limit
    for stretch in _stretches(cursor, descending=filters.descending):
        for line in _lines(user, filters, stretch, limit=left):
            left -= 1
            yield line
        if left <= 0:
            return


class Stretch(NamedTuple):
    """A part of the list that one index answers in reading order.

    PostgreSQL sorts missing dates last when ascending and first when descending: as people read them, so
    the whole list is one stretch. From a line on it is not: "later than, or missing" could not use the index.
    """

    kind: str  # "all", "dated", "undated"
    descending: bool
    after: tuple[date, int] | tuple[int] | tuple[()] = ()  # the line it begins behind


def _stretches(cursor: Cursor | None, *, descending: bool) -> list[Stretch]:
    """Return the stretches from the cursor on, or of the whole list."""
    if cursor is None:
        return [Stretch("all", descending)]
    descending = descending != cursor.backwards
    if cursor.expected_on is None:
        rest = Stretch("undated", descending, (cursor.line_id,))
        return [rest, Stretch("dated", descending)] if descending else [rest]
    rest = Stretch("dated", descending, (cursor.expected_on, cursor.line_id))
    return [rest] if descending else [rest, Stretch("undated", descending)]


def _lines(user: User, filters: Filters, stretch: Stretch, *, limit: int) -> Iterable[Line]:
    """Read a stretch: a page in one go, a file of tens of thousands of lines through a database cursor."""
    states, is_page = TABS[filters.tab], limit <= PAGE + 1
    if is_page and not filters.narrows and not (user.supplier_ids and user.company_ids):
        rows: Iterable[tuple] = _unfiltered(
            user,
            *stretch.after,
            kind=stretch.kind,
            descending=stretch.descending,
            states=states,
            limit=limit,
            awaited=filters.awaited,
        )
    else:
        branches = _branches(_narrowed(user, filters), _owners(user, filters.partner), states)
        cut = _cut(branches, stretch, limit=limit)
        rows = cut if is_page else cut.iterator(chunk_size=2000)
    return map(Line._make, rows)


@prepared
def _unfiltered(
    viewer: Viewer,
    *after: Any,
    kind: str,
    descending: bool,
    states: Sequence[LineState],
    limit: int,
    awaited: bool,
) -> QuerySet[Any, Any]:
    """The lists that are asked for all day: those of a tab, for somebody on one side."""
    base = PurchaseOrderLine.objects.visible_to(viewer)
    if awaited:
        base = base.to_change_in_odoo()
    stretch = Stretch(kind, descending, after)
    return _cut(_branches(base, _sides(viewer), states), stretch, limit=limit)


def _cut(
    branches: Sequence[QuerySet[PurchaseOrderLine]], stretch: Stretch, *, limit: int
) -> QuerySet[Any, Any]:
    """Return the first lines of a stretch: of each branch as many, and of these the first."""
    order = ("-expected_on", "-id") if stretch.descending else ("expected_on", "id")
    place = _place(stretch)
    cut = [branch.filter(place).order_by(*order).values_list(*Line._fields)[:limit] for branch in branches]
    if len(cut) == 1:
        return cut[0]
    return reduce(lambda one, other: one.union(other, all=True), cut).order_by(*order)[:limit]


def _place(stretch: Stretch) -> Q:
    match stretch:
        case ("all", *_):
            return Q()
        case ("dated", _, ()):
            return Q(expected_on__isnull=False)
        case ("undated", _, ()):
            return Q(expected_on__isnull=True)
        # The first condition is the index's, the second takes out what of that day was shown already.
        case ("dated", True, (day, line_id)):
            return Q(expected_on__lte=day) & (Q(expected_on__lt=day) | Q(id__lt=line_id))
        case ("dated", False, (day, line_id)):
            return Q(expected_on__gte=day) & (Q(expected_on__gt=day) | Q(id__gt=line_id))
        case ("undated", True, (line_id,)):
            return Q(expected_on__isnull=True, id__lt=line_id)
        case ("undated", False, (line_id,)):
            return Q(expected_on__isnull=True, id__gt=line_id)
    raise ValueError(f"There is no such stretch: {stretch}")


def _narrowed(user: User, filters: Filters) -> QuerySet[PurchaseOrderLine]:
    lines = PurchaseOrderLine.objects.visible_to(user)
    if filters.awaited:
        lines = lines.to_change_in_odoo()
    if filters.since:
        lines = lines.filter(expected_on__gte=filters.since)
    if filters.until:
        lines = lines.filter(expected_on__lte=filters.until)
    return lines.filter(_search(user, filters.search)) if filters.search else lines


def _branches(
    lines: QuerySet[PurchaseOrderLine], owners: Sequence[dict[str, int]], states: Sequence[LineState]
) -> list[QuerySet[PurchaseOrderLine]]:
    """Return the lines by the leading columns of the index that has them in reading order."""
    if not owners:
        return [lines.none()]
    if len(owners) * max(len(states), 1) <= _MOST_BRANCHES:
        return [
            lines.filter(**owner, **({"state": state} if state else {}))
            for owner, state in product(owners, states or (None,))
        ]
    for column in ("supplier_id", "company_id"):
        if wanted := {owner[column] for owner in owners if column in owner}:
            lines = lines.filter(**{f"{column}__in": wanted})
    return [lines.filter(state__in=states) if states else lines]


def _owners(user: User, partner: str) -> list[dict[str, int]]:
    """Return the leading columns of each branch's index: one supplier or company each, no row in two."""
    if partner or (user.supplier_ids and user.company_ids):
        accounts = VendorAccount.objects.visible_to(user)
        if partner:
            name = "supplier__name" if user.is_buyer else "company__name"
            accounts = accounts.filter(**{f"{name}__icontains": partner})
        pairs = accounts.values_list("supplier_id", "company_id").order_by("supplier_id", "company_id")
        return [{"supplier_id": supplier, "company_id": company} for supplier, company in pairs]
    return _sides(user)


def _sides(viewer: Viewer) -> list[dict[str, int]]:
    suppliers, companies = sorted(viewer.supplier_ids), sorted(viewer.company_ids)
    return [{"supplier_id": pk} for pk in suppliers] + [{"company_id": pk} for pk in companies]


def _search(user: User, text: str) -> Q:
    """Find by order number, else anywhere in number, product code or description.

    A whole order number is found through its index; only other words read every row of the tenant.
    """
    numbered = PurchaseOrder.objects.visible_to(user).filter(number=text.upper())
    if order_ids := list(numbered.values_list("pk", flat=True)[:50]):
        return Q(order_id__in=order_ids)
    return (
        Q(order__number__icontains=text)
        | Q(product_code__icontains=text)
        | Q(description__icontains=text)
        | Q(order__supplier_reference__icontains=text)
    )


def _partner_names(user: User, lines: Iterable[Line]) -> dict[int, str]:
    """Return the names of the other side: a supplier's customers are remembered, a buyer's suppliers read."""
    if not user.is_buyer:
        companies = {line.company_id for line in lines}
        return {one.company_id: one.company for one in customers_of(user, knowing=companies)}
    return dict(_supplier_names(user, sorted({line.supplier_id for line in lines})))


@prepared
def _supplier_names(viewer: Viewer, supplier_ids: list[int]) -> QuerySet[VendorAccount, tuple[int, str]]:
    accounts = VendorAccount.objects.visible_to(viewer).filter(AnyOf(F("supplier"), supplier_ids))
    return accounts.values_list("supplier_id", "supplier__name")
