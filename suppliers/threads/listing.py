"""The list of conversations: what waits for us first, one page at a time by key."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import QueryDict

from suppliers.people.models import User
from suppliers.threads.lifecycle import Audience, Side
from suppliers.threads.models import Message, Thread
from suppliers.threads.querysets import owed_by

PAGE = 40
TABS = {"us": "For you", "them": "Waiting for them", "internal": "Internal notes", "all": "All"}
# Waiting and unread, waiting, unread, the rest.
_RANKS = 4
_LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """What the URL asks for; what makes no sense is left out."""

    tab: str = "us"
    search: str = ""
    cursor: tuple[int, int] | None = None

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """Read the filters of a URL."""
        tab, place = query.get("state", "us"), query.get("after", "")
        rank, _, key = place.partition("-")
        is_place = rank.isdecimal() and key.isdecimal() and int(rank) < _RANKS and len(key) < 19
        return cls(
            tab=tab if tab in TABS else "us",
            search=query.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH],
            cursor=(int(rank), int(key)) if is_place else None,
        )

    def query(self, **changes: Any) -> str:
        """Return the URL's query for these filters with some changed; changes begin at the first page."""
        new = replace(self, **({"cursor": None} | changes))
        place = f"{new.cursor[0]}-{new.cursor[1]}" if new.cursor else ""
        values = {"state": new.tab if new.tab != "us" else "", "q": new.search, "after": place}
        return "?" + urlencode({name: value for name, value in values.items() if value})


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list."""

    thread: Thread
    last: Message | None
    unread: int
    partner: str
    waits_for_us: bool
    waits_for_them: bool
    mentions_me: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the list; ``following`` is the place of the next one."""

    rows: list[Row]
    following: tuple[int, int] | None


def page_of(user: User, filters: Filters) -> Page:
    """Return the page the filters point at, in a fixed number of queries."""
    found = _in_tab(_ranked(user), filters.tab, user)
    if filters.search:
        names = Q(about_supplier__name__icontains=filters.search)
        names |= Q(about_company__name__icontains=filters.search)
        found = found.filter(Q(title__icontains=filters.search) | names)
    if filters.cursor:
        rank, key = filters.cursor
        found = found.filter(Q(rank__gt=rank) | Q(rank=rank, last_message_id__lt=key))
    threads = list(found.order_by("rank", "-last_message_id")[: PAGE + 1])
    shown = threads[:PAGE]
    more = len(threads) > PAGE
    return Page(rows_of(user, shown), (shown[-1].rank, shown[-1].last_message_id) if more else None)


def waiting_rows(user: User, *, size: int) -> list[Row]:
    """Return what waits for this person: answers their side owes, and what they have not read; few rows."""
    found = _in_tab(_ranked(user), "us", user).order_by("rank", "-last_message_id")
    return rows_of(user, list(found[:size]))


def count_unread(user: User, *, most: int) -> int:
    """Count the threads in which somebody wrote that this person has not read, up to a limit."""
    found = Thread.objects.visible_to(user).unread_by(user).order_by()
    return int(found.values("pk")[:most].count())


def rows_of(user: User, threads: Sequence[Any]) -> list[Row]:
    """Return the lines for some threads as ``_ranked`` reads them."""
    newest = Message.objects.visible_to(user).in_bulk([thread.last_message_id for thread in threads])
    return [_row(user, thread, newest.get(thread.last_message_id)) for thread in threads]


def _row(user: User, thread: Any, last: Message | None) -> Row:
    side = Side.BUYER if thread.company_id in user.company_ids else Side.SUPPLIER
    return Row(
        thread=thread,
        last=last,
        unread=thread.unread,
        partner=str(thread.about_supplier if side is Side.BUYER else thread.about_company),
        waits_for_us=thread.waiting_for == side,
        waits_for_them=thread.waiting_for == side.other,
        mentions_me=last is not None and user.pk in last.mentioned_ids,
    )


def _ranked(user: User) -> QuerySet[Any]:
    """Return the threads somebody may see with ``unread`` (messages) and ``rank``."""
    threads = Thread.objects.visible_to(user).with_marks_of(user)
    unread = Q(last_message_id__gt=F("read_up_to"), last_at__gte=user.date_joined)
    owed = owed_by(user)
    rank = Case(
        When(owed & unread, then=Value(0)),
        When(owed, then=Value(1)),
        When(unread, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    later = (
        Message.objects.visible_to(user)
        .filter(thread=OuterRef("pk"), pk__gt=OuterRef("read_up_to"), at__gte=user.date_joined)
        .exclude(by=user)
        .order_by()
        .values("thread")
        .annotate(count=Count("pk"))
        .values("count")
    )
    unread_count = Coalesce(Subquery(later, output_field=IntegerField()), Value(0))
    return threads.annotate(rank=rank, unread=unread_count).select_related("about_supplier", "about_company")


def _in_tab(threads: QuerySet[Any], tab: str, user: User) -> QuerySet[Any]:
    match tab:
        case "us":
            return threads.filter(rank__lt=3)
        case "them":
            return threads.waiting_for_others(user)  # type: ignore[attr-defined]  # ThreadQuerySet
        case "internal":
            return threads.exclude(audience=Audience.SHARED)
    return threads
