"""The exception queue as a page: tabs, chips, choices and words around the rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from integrations.odoo.models import OdooConnection
from integrations.outbox.delivery import topics
from portal.integration.queue import MOST_AT_ONCE, TABS, Filters, Page, matching, page_of
from portal.integration.scope import Desk
from portal.integration.wording import CLASSES, class_words, topic_words
from suppliers import pauses

_EMPTY = {
    "open": (
        "Nothing needs you",
        "When Odoo refuses what it is told, or a supplier's answer meets a change in Odoo, it appears here "
        "with the reason. What solves itself moves to Solved.",
    ),
    "waiting": ("Nothing waits", "What failed once and is tried again by itself appears here."),
    "solved": ("Nothing was solved yet", "What had failed and was delivered or given up later appears here."),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A tab or a chip."""

    label: str
    url: str
    is_current: bool = False


def queue_page(desk: Desk, filters: Filters, *, now: datetime) -> dict[str, Any]:
    """Return the context of integration/exceptions.html."""
    connections = list(desk.connections().order_by("name", "pk"))
    page, url = page_of(desk, filters, connections, now=now), reverse("integration:exceptions")
    may_act = desk.may_act and filters.tab != "solved"
    return {
        "filters": filters,
        "fields": filters.values(),
        "tabs": [
            Link(label, url + filters.query(tab=tab), filters.tab == tab) for tab, label in TABS.items()
        ],
        "chips": _chips(url, filters, connections),
        "clear_url": url + Filters(tab=filters.tab).query(),
        "classes": CLASSES,
        "connections": connections,
        "topics": {topic: topic_words(topic) for topic in topics()},
        "rows": page.rows,
        "counted": _counted(page, filters),
        "newer_url": url + filters.query(cursor=page.newer, backwards=True) if page.newer else "",
        "older_url": url + filters.query(cursor=page.older) if page.older else "",
        "empty": _empty(filters),
        "may_act": may_act,
        "matching": _matching(desk, filters, page, now) if may_act else 0,
        "most": MOST_AT_ONCE,
        "people": [(user.pk, str(user)) for user in desk.people()] if may_act and page.rows else [],
        "pauses": pauses.CHOICES,
    }


def _matching(desk: Desk, filters: Filters, page: Page, now: datetime) -> int:
    """Count what "send all again" would mean, up to one more than is sent at once."""
    if not page.rows:
        return 0
    found = matching(desk.own_messages(), desk, filters, now=now)
    return found.order_by()[: MOST_AT_ONCE + 1].count()


def _chips(url: str, filters: Filters, connections: list[OdooConnection]) -> list[Link]:
    names = {connection.pk: connection.name for connection in connections}
    chips = []
    if filters.search:
        chips.append(Link(f"“{filters.search}”", url + filters.query(search="")))
    if filters.fault:
        chips.append(Link(f"Class: {class_words(filters.fault)}", url + filters.query(fault="")))
    if filters.connection:
        label = f"Connection: {names.get(filters.connection, 'unknown')}"
        chips.append(Link(label, url + filters.query(connection=None)))
    if filters.topic:
        chips.append(Link(topic_words(filters.topic), url + filters.query(topic="")))
    if filters.mine:
        chips.append(Link("With me", url + filters.query(mine=False)))
    return chips


def _counted(page: Page, filters: Filters) -> str:
    shown = len(page.rows)
    if filters.cursor is None and page.older is None:
        return "1 exception" if shown == 1 else f"{shown} exceptions"
    return f"{shown} exceptions on this page" + (", more follow" if page.older else ", the last ones")


def _empty(filters: Filters) -> dict[str, str]:
    if filters.narrows:
        return {"title": "No exception matches these filters", "text": "Remove a filter above."}
    title, text = _EMPTY[filters.tab]
    return {"title": title, "text": text}
