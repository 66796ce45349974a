"""What the page of proposals is asked for: filters, grouping and the place in it, as in the URL."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from suppliers.numbers import whole_number

_LONGEST = 100

# As in LineAnswer.deviations, with the words of the page.
KINDS = {
    "date": "Dates",
    "price": "Prices",
    "quantity": "Quantities",
    "split": "Splits",
    "rejected": "Cannot deliver",
    "product": "Other products",
    "unit": "Other units",
}
GROUPS = {"": "Most urgent first", "supplier": "By supplier", "order": "By order"}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: after the proposal with this score. Reckoned on the day it was made."""

    on: date
    group: Decimal  # the score of the row's group as a whole
    group_id: int
    score: Decimal
    answer_id: int

    def token(self) -> str:
        """Return the cursor as it stands in the URL."""
        return f"{self.on.isoformat()}_{self.group:f}_{self.group_id}_{self.score:f}_{self.answer_id}"

    @classmethod
    def read(cls, token: str) -> "Cursor | None":
        """Return the cursor of a token, None when it is not one."""
        try:
            on, group, group_id, score, answer_id = token[:_LONGEST].split("_")
            found = cls(date.fromisoformat(on), Decimal(group), int(group_id), Decimal(score), int(answer_id))
        except (ValueError, InvalidOperation):
            return None
        return found if found.group.is_finite() and found.score.is_finite() else None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the URL asks for; what makes no sense is left out."""

    kind: str = ""
    supplier: int | None = None
    company: int | None = None
    order: int | None = None
    mine: bool = False
    group: str = ""
    cursor: Cursor | None = None

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """Read the filters of a URL."""
        kind, group = query.get("kind", ""), query.get("group", "")
        return cls(
            kind=kind if kind in KINDS else "",
            supplier=whole_number(query.get("supplier")),
            company=whole_number(query.get("company")),
            order=whole_number(query.get("order")),
            mine=query.get("mine") == "1",
            group=group if group in GROUPS else "",
            cursor=Cursor.read(query.get("after", "")),
        )

    @property
    def narrows(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.kind or self.supplier or self.company or self.order or self.mine)

    def query(self, **changes: Any) -> str:
        """Return the URL's query for these filters with some changed; changes begin at the first page."""
        new = replace(self, **({"cursor": None} | changes))
        values = {
            "kind": new.kind,
            "supplier": new.supplier,
            "company": new.company,
            "order": new.order,
            "mine": "1" if new.mine else "",
            "group": new.group,
            "after": new.cursor.token() if new.cursor else "",
        }
        found = urlencode({name: value for name, value in values.items() if value})
        return f"?{found}" if found else ""
