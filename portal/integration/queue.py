"""The exception queue: filters from the URL, one page at a time by keyset, rows ready to print."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict

from integrations.errors import FaultClass
from integrations.odoo.models import OdooConnection
from integrations.outbox.delivery import topics
from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.badges import Badge
from orders.purchasing.models import PurchaseOrder
from portal.integration.scope import ODOO, OF_ORDER, Desk
from portal.integration.wording import Outlook, badge_of, class_words, outlook_of, topic_words
from suppliers.numbers import whole_number

PAGE = 50
# One click sends at most so many; the page says how many are left.
MOST_AT_ONCE = 5000
TABS = {"open": "Open", "waiting": "Waiting", "solved": "Solved"}
_LONGEST_SEARCH = 100
# Of the payloads and answers of a page nothing is shown: they may be long.
_UNREAD = ("payload", "result", "detail", "history")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the URL asks for; what makes no sense is left out."""

    tab: str = "open"
    fault: str = ""
    connection: int | None = None
    topic: str = ""
    search: str = ""
    mine: bool = False
    cursor: int | None = None
    backwards: bool = False

    @classmethod
    def read(cls, query: QueryDict) -> "Filters":
        """Read the filters of a URL or of a form."""
        tab, fault, topic = query.get("state", "open"), query.get("class", ""), query.get("topic", "")
        before, after = whole_number(query.get("before")), whole_number(query.get("after"))
        return cls(
            tab=tab if tab in TABS else "open",
            fault=fault if fault in set(FaultClass) else "",
            connection=whole_number(query.get("connection")),
            topic=topic if topic in topics() else "",
            search=query.get("q", "").replace("\0", "").strip()[:_LONGEST_SEARCH],
            mine=query.get("mine") == "1",
            cursor=before or after,
            backwards=before is not None,
        )

    @property
    def narrows(self) -> bool:
        """Whether anything but the tab narrows the list."""
        return bool(self.fault or self.connection or self.topic or self.search or self.mine)

    def values(self, **changes: Any) -> dict[str, str]:
        """Return the filters as they stand in a URL or in hidden fields, some of them changed."""
        new = replace(self, **({"cursor": None, "backwards": False} | changes))
        values = {
            "state": new.tab if new.tab != "open" else "",
            "class": new.fault,
            "connection": str(new.connection or ""),
            "topic": new.topic,
            "q": new.search,
            "mine": "1" if new.mine else "",
        }
        if new.cursor:
            values["before" if new.backwards else "after"] = str(new.cursor)
        return {name: value for name, value in values.items() if value}

    def query(self, **changes: Any) -> str:
        """Return the URL's query for these filters with some changed; changes begin at the first page."""
        return "?" + urlencode(self.values(**changes))


@dataclass(frozen=True, slots=True)
class Document:
    """What a message is about: a name for people and, for orders one may see, the order's key."""

    name: str
    order_pk: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the queue."""

    message: OutboxMessage
    document: Document
    topic: str
    fault: str
    badge: Badge
    connection: str
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue, newest first, with where the neighbours begin."""

    rows: list[Row]
    newer: int | None = None
    older: int | None = None


def page_of(desk: Desk, filters: Filters, connections: Collection[OdooConnection], *, now: datetime) -> Page:
    """Return the page the filters point at, in a fixed number of queries."""
    found = matching(desk.messages(), desk, filters, now=now).defer(*_UNREAD)
    if filters.cursor and filters.backwards:
        rows = list(found.filter(pk__gt=filters.cursor).order_by("pk")[: PAGE + 1])
    else:
        place = Q(pk__lt=filters.cursor) if filters.cursor else Q()
        rows = list(found.filter(place).order_by("-pk")[: PAGE + 1])
    more, messages = len(rows) > PAGE, rows[:PAGE]
    if filters.backwards:
        messages.reverse()
    if not messages:
        return Page([])
    has_newer = more if filters.backwards else filters.cursor is not None
    has_older = filters.backwards or more
    return Page(
        rows_of(desk, messages, connections, now=now),
        newer=messages[0].pk if has_newer else None,
        older=messages[-1].pk if has_older else None,
    )


def matching(
    messages: QuerySet[OutboxMessage], desk: Desk, filters: Filters, *, now: datetime
) -> QuerySet[OutboxMessage]:
    """Keep the messages that the filters mean, whatever page of them is shown."""
    messages = messages.filter(_in_tab(filters.tab, now))
    if filters.fault:
        messages = messages.filter(trouble_class=filters.fault)
    if filters.connection:
        messages = messages.filter(destination=f"{ODOO}{filters.connection}")
    if filters.topic:
        messages = messages.filter(topic=filters.topic)
    if filters.mine:
        messages = messages.filter(assigned_to_id=desk.user.pk)
    if filters.search:
        messages = messages.filter(_search(desk, filters.search))
    return messages


def open_exceptions(desk: Desk, *, now: datetime) -> QuerySet[OutboxMessage]:
    """Return what needs a person of this desk now."""
    return desk.messages().filter(_in_tab("open", now))


def rows_of(
    desk: Desk, messages: Sequence[OutboxMessage], connections: Collection[OdooConnection], *, now: datetime
) -> list[Row]:
    """Return the rows of some messages."""
    documents = documents_of(desk, messages)
    names = {f"{ODOO}{connection.pk}": connection.name for connection in connections}
    return [
        Row(
            message=message,
            document=documents[message.document],
            topic=topic_words(message.topic),
            fault=class_words(message.trouble_class),
            badge=badge_of(message, now),
            connection=names.get(message.destination, message.destination),
            outlook=outlook_of(message, now),
        )
        for message in messages
    ]


def documents_of(desk: Desk, messages: Sequence[OutboxMessage]) -> dict[str, Document]:
    """Return what each message's document is called; an order one may see by its number, with a link."""
    keys = {
        message.document: pk
        for message in messages
        if message.document.startswith(OF_ORDER)
        and (pk := whole_number(message.document.partition(":")[2])) is not None
    }
    orders = PurchaseOrder.objects.visible_to(desk.user).filter(pk__in=keys.values())
    numbers: dict[int, str] = dict(orders.values_list("pk", "number")) if keys else {}
    found = {}
    for message in messages:
        pk = keys.get(message.document)
        name = numbers.get(pk) if pk is not None else None
        found[message.document] = (
            Document(name, pk) if name else Document(message.document.replace("_", " ").replace(":", " "))
        )
    return found


def _in_tab(tab: str, now: datetime) -> Q:
    """Open: a person is needed. Waiting: it goes on by itself or was put off. Solved: it is over."""
    put_off = Q(snoozed_until__gt=now)
    needs_person = Q(status=Status.PARKED) | Q(status=Status.PENDING, proposed_edit__isnull=False)
    match tab:
        case "open":
            return needs_person & ~put_off
        case "waiting":
            goes_on = Q(status__in=[Status.PENDING, Status.SENDING], proposed_edit__isnull=True)
            return goes_on | Q(status=Status.SENDING) | (needs_person & put_off)
    return Q(status__in=[Status.DELIVERED, Status.OBSOLETE])


def _search(desk: Desk, text: str) -> Q:
    orders = PurchaseOrder.objects.visible_to(desk.user).filter(number=text.upper())
    if keys := list(orders.values_list("pk", flat=True)[:50]):
        return Q(document__in=[f"{name}{pk}" for pk in keys for name in OF_ORDER])
    exactly = Q(correlation_id=text.upper()) | Q(document=text) | Q(key=text)
    return exactly | Q(trouble__icontains=text) | Q(assigned_to_name__icontains=text)
