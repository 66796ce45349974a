"""What the order list is asked for: the filters, the order and the place in it, as they stand in the URL."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from orders.purchasing.lifecycle import LineState

_LONGEST_SEARCH = 100

TABS: dict[str, tuple[LineState, ...]] = {
    "confirm": tuple(LineState.waiting_for_supplier()),
    "again": (LineState.DUE,),
    "buyer": (LineState.PROPOSED,),
    "odoo": tuple(LineState.settled()),
    "agreed": (LineState.AGREED,),
    "all": (),
}
SORTS = {"expected": "Expected, soonest first", "-expected": "Expected, latest first"}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: after (or before) the line with this date and id."""

    expected_on: date | None
    line_id: int
    backwards: bool = False

    def token(self) -> str:
        """Return the cursor as it stands in the URL: 2026-12-15.42, or -.42 where there is no date."""
        return f"{self.expected_on.isoformat() if self.expected_on else '-'}.{self.line_id}"

    @classmethod
    def read(cls, token: str, *, backwards: bool) -> "Cursor | None":
        """Return the cursor of a token, None when it is not one."""
        day, _, line_id = token.rpartition(".")
        try:
            return cls(None if day == "-" else date.fromisoformat(day), int(line_id), backwards)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the URL asks for. ``problems`` names what of it could not be understood."""

    tab: str = "all"
    search: str = ""
    partner: str = ""
    since: date | None = None
    until: date | None = None
    sort: str = "-expected"
    cursor: Cursor | None = None
    problems: tuple[str, ...] = ()

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """Read the filters of a URL; what makes no sense is named and left out."""
        problems: list[str] = []
        tab = query.get("state", "all")
        tab = tab if tab in TABS else "all"
        sort = query.get("sort", "")
        after, before = query.get("after", ""), query.get("before", "")
        return cls(
            tab=tab,
            search=query.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH],
            partner=query.get("partner", "").replace("\0", "").strip()[:_LONGEST_SEARCH],
            since=_read_day(query.get("from", ""), "From", problems),
            until=_read_day(query.get("to", ""), "To", problems),
            sort=sort if sort in SORTS else usual_sort(tab),
            cursor=Cursor.read(before, backwards=True) if before else Cursor.read(after, backwards=False),
            problems=tuple(problems),
        )

    @property
    def descending(self) -> bool:
        """Whether the latest date comes first."""
        return self.sort.startswith("-")

    @property
    def has_own_sort(self) -> bool:
        """Whether the reader turned the usual order round."""
        return self.sort != usual_sort(self.tab)

    @property
    def awaited(self) -> bool:
        """Whether it is about lines whose agreed product or unit a person has to put into Odoo."""
        return self.tab == "odoo"

    @property
    def narrows(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return bool(self.search or self.partner or self.since or self.until)

    @property
    def first_page(self) -> "Filters":
        """The same filters, at the beginning of the list."""
        return replace(self, cursor=None)

    def query(self, **changes: Any) -> str:
        """Return the URL's query for these filters with some changed; changes begin at the first page."""
        new = replace(self, **({"cursor": None} | changes))
        values = {
            "state": new.tab if new.tab != "all" else "",
            "q": new.search,
            "partner": new.partner,
            "from": new.since.isoformat() if new.since else "",
            "to": new.until.isoformat() if new.until else "",
            "sort": new.sort if new.has_own_sort else "",
        }
        if new.cursor:
            values["before" if new.cursor.backwards else "after"] = new.cursor.token()
        return "?" + urlencode({name: value for name, value in values.items() if value})


def usual_sort(tab: str) -> str:
    """Work is read soonest first; the archive latest first."""
    return "expected" if tab in {"confirm", "again", "buyer", "odoo"} else "-expected"


def _read_day(text: str, label: str, problems: list[str]) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        problems.append(f"{label}: “{text[:20]}” is no date. Write it like 2026-12-31.")
        return None
