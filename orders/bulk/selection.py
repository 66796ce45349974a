"""Which lines of the order list somebody means: those they ticked, or all that the filters show."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from django.db.models import Count, Sum
from django.http import QueryDict

from orders.bulk.actions.drawing_up import MOST_LINES
from orders.purchasing.list_filters import Filters
from orders.purchasing.listing import every_line
from orders.purchasing.models import PurchaseOrderLine
from suppliers.people.models import User

_LONGEST_QUERY = 500


@dataclass(frozen=True, slots=True)
class Selection:
    """What was ticked. ``query`` is that of the list it was ticked in."""

    line_ids: tuple[int, ...] = ()
    everything: bool = False
    query: str = ""

    @classmethod
    def read(cls, data: QueryDict) -> "Selection":
        """Read a posted selection: ``line`` (any number), ``all``, ``query``; nonsense counts as not said."""
        ids = (text for text in data.getlist("line") if text.isdecimal() and len(text) < 19)
        query = data.get("query", "").replace("\0", "")[:_LONGEST_QUERY]
        return cls(tuple(dict.fromkeys(map(int, ids))), data.get("all") == "1", query)

    @property
    def filters(self) -> Filters:
        """The filters of the list."""
        return Filters.read(QueryDict(self.query.removeprefix("?")))

    def words(self) -> str:
        """Say what was chosen."""
        if not self.everything:
            return "Chosen lines"
        filters = self.filters
        narrowed = [
            f"“{filters.search}”" if filters.search else "",
            filters.partner,
            f"from {filters.since.isoformat()}" if filters.since else "",
            f"to {filters.until.isoformat()}" if filters.until else "",
        ]
        tab = {"confirm": "to confirm", "buyer": "with the buyer", "agreed": "agreed"}.get(filters.tab, "")
        return ", ".join(filter(None, [f"All lines {tab}".strip(), *narrowed]))


@dataclass(frozen=True, slots=True)
class Total:
    """What a selection comes to; ``values`` by currency."""

    lines: int
    orders: int
    values: dict[str, Decimal]
    is_too_long: bool = False


def lines_meant(user: User, selection: Selection) -> list[int]:
    """Return the ids of the lines that are meant and that the user may see.

    One more than MOST_LINES at most: whoever counts them sees that there are too many.
    """
    if selection.everything:
        return [line.id for line in islice(every_line(user, selection.filters), MOST_LINES + 1)]
    wanted = PurchaseOrderLine.objects.visible_to(user).filter(pk__in=selection.line_ids[: MOST_LINES + 1])
    return list(wanted.order_by("pk").values_list("pk", flat=True))


def total_of(user: User, line_ids: Iterable[int]) -> Total:
    """Add up lines: how many, in how many orders, and their value in each currency."""
    ids = list(line_ids)
    found = (
        PurchaseOrderLine.objects.visible_to(user)
        .filter(pk__in=ids[:MOST_LINES])
        .order_by()
        .values("order__currency")
        .annotate(lines=Count("pk"), orders=Count("order_id", distinct=True), value=Sum("subtotal"))
    )
    rows = sorted(found, key=lambda row: -row["lines"])
    return Total(
        lines=sum(row["lines"] for row in rows),
        orders=sum(row["orders"] for row in rows),
        values={row["order__currency"]: row["value"] for row in rows},
        is_too_long=len(ids) > MOST_LINES,
    )
