"""The order list as a page: tabs, chips, neighbours and words around the rows."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from orders.purchasing.answer_times import answers_due
from orders.purchasing.lifecycle import LineState, Side
from orders.purchasing.list_filters import SORTS, Filters, usual_sort
from orders.purchasing.listing import PAGE, Page, page_of, partner_choices, side_of
from orders.purchasing.rows import due_tag, html_of, rows_of
from orders.purchasing.to_change import told_of
from suppliers.formats import day
from suppliers.people.access import ANSWER_ORDERS
from suppliers.people.models import User

_TABS = {
    Side.SUPPLIER: {
        "confirm": "To confirm",
        "again": "Confirm again",
        "buyer": "With the buyer",
        "odoo": "To be changed in Odoo",
        "agreed": "Agreed",
        "all": "All",
    },
    Side.BUYER: {
        "buyer": "To decide",
        "confirm": "With the supplier",
        "again": "Not confirmed again",
        "odoo": "To change in Odoo",
        "agreed": "Agreed",
        "all": "All",
    },
}
_EMPTY = {
    (Side.SUPPLIER, "confirm"): "Nothing waits for your confirmation",
    (Side.SUPPLIER, "again"): "Nothing is to be confirmed again",
    (Side.SUPPLIER, "buyer"): "Nothing waits for the buyer",
    (Side.SUPPLIER, "odoo"): "No line waits to be changed in Odoo",
    (Side.BUYER, "odoo"): "Odoo holds every product and unit that was agreed",
    (Side.BUYER, "confirm"): "Nothing waits for a supplier",
    (Side.BUYER, "again"): "Everything that comes due was confirmed again",
    (Side.BUYER, "buyer"): "No proposal waits for your decision",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A tab or a chip."""

    label: str
    url: str
    is_current: bool = False


def list_page(user: User, filters: Filters, *, today: date, now: datetime) -> dict[str, Any]:
    """Return the context of orders/list.html. *today* is the reader's date."""
    side, page, url = side_of(user), page_of(user, filters), reverse("orders:list")
    may_answer = any(member.role in ANSWER_ORDERS for member in user.active_memberships)
    turned = filters.sort.removeprefix("-") if filters.descending else f"-{filters.sort}"
    told = told_of(page.lines, now) if filters.awaited else {}
    rows = rows_of(page, side, today, due=_due(page, user, now), told=told)
    return {
        "filters": filters,
        "rows": rows,
        "table": html_of(rows, may_pick=True),
        "may_answer": may_answer,
        "first_page": filters.first_page,
        "tabs": _tabs(url, filters.first_page, side),
        "chips": _chips(url, filters, side, today),
        "clear_url": url + filters.query(search="", partner="", since=None, until=None),
        "turn_url": url + filters.query(sort=turned),
        "sort_label": SORTS[filters.sort].lower(),
        "newer_url": url + filters.query(cursor=page.newer) if page.newer else "",
        "older_url": url + filters.query(cursor=page.older) if page.older else "",
        "counted": _counted(page, filters),
        "size": PAGE,
        "choices": tuple(partner_choices(user)),
        "by_name": user.is_buyer,
        "partner_label": _partner_label(side),
        "empty": _empty(side, filters),
    }


def _due(page: Page, user: User, now: datetime) -> dict[int, SafeString]:
    """Return, by order, until when an answer is due, for the lines that wait for one."""
    waiting = {line.order_id for line in page.lines if line.state in LineState.waiting_for_supplier()}
    return {order: due_tag(at, now) for order, at in answers_due(waiting, user).items()}


@lru_cache(maxsize=256)
def _tabs(url: str, filters: Filters, side: Side) -> tuple[Link, ...]:
    return tuple(
        Link(label, url + filters.query(tab=tab, sort=usual_sort(tab)), is_current=filters.tab == tab)
        for tab, label in _TABS[side].items()
    )


def _partner_label(side: Side) -> str:
    return "Supplier" if side == Side.BUYER else "Customer"


def _chips(url: str, filters: Filters, side: Side, today: date) -> list[Link]:
    chips = []
    if filters.search:
        chips.append(Link(f"“{filters.search}”", url + filters.query(search="")))
    if filters.partner:
        chips.append(Link(f"{_partner_label(side)}: {filters.partner}", url + filters.query(partner="")))
    if filters.since:
        label = f"Expected from {day(filters.since, today).short}"
        chips.append(Link(label, url + filters.query(since=None)))
    if filters.until:
        label = f"Expected to {day(filters.until, today).short}"
        chips.append(Link(label, url + filters.query(until=None)))
    return chips


def _counted(page: Page, filters: Filters) -> str:
    """Say how many lines there are where that costs nothing: on a list of one page."""
    shown = len(page.lines)
    if filters.cursor is None and page.older is None:
        return "1 line" if shown == 1 else f"{shown} lines"
    return f"{shown} lines on this page" + (", more follow" if page.older else ", the last ones")


def _empty(side: Side, filters: Filters) -> dict[str, str]:
    if filters.narrows:
        return {
            "title": "No line matches these filters",
            "text": "Remove a filter above, or search for a part of the order number or product code.",
        }
    title = _EMPTY.get((side, filters.tab), "No order lines yet")
    if filters.awaited:
        whose = "you" if side == Side.BUYER else "your customer"
        return {
            "title": title,
            "text": f"Where another product or unit is agreed, {whose} put it into Odoo by hand. Until then "
            "the line stands here; when Odoo holds it, it leaves by itself.",
        }
    if side == Side.BUYER:
        return {
            "title": title,
            "text": "Purchase orders sent or confirmed in Odoo appear here within seconds.",
        }
    return {
        "title": title,
        "text": "When your customer sends an order, its lines appear here and you get a mail. "
        "You confirm them, or propose another date, quantity or price.",
    }
