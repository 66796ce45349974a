"""What the frame around every page needs to know: where one may go, for whom one acts, how fresh Odoo is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.core.cache import caches
from django.db.models import Max, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from integrations.odoo.models import FeedCursor
from integrations.outbox.models import OutboxMessage, Status
from orders.decisions.keyboard import keys_are_on
from orders.purchasing.customers import customers_of
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from portal.integration.queue import open_exceptions
from portal.integration.scope import Desk
from suppliers.inbox.unread import unread_notices
from suppliers.people.models import User
from suppliers.prepared import prepared
from suppliers.tenancy import Viewer
from suppliers.threads.unread import unread_of

# The worklist's number is counted up to here; beyond it the page says "99+".
MOST_COUNTED = 100
_FRESH_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the navigation."""

    label: str
    icon: str
    url: str
    is_current: bool
    news: int = 0  # how much there is new to read


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far portal and Odoo are in step: last read at, and how many changes still wait to be written."""

    read_at: datetime | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom this person acts, and as what."""

    company: str
    role: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame around a page. What its pieces are made of is hashable."""

    name: str
    sections: tuple[Section, ...]
    waiting: int
    told: int  # notices that were not read
    acting_for: tuple[Acting, ...]
    keys_on: bool  # whether single keys act on pages
    freshness: Freshness  # read when the template asks: the order page has a strip of its own


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html needs; read from the database only when a template asks for it."""
    return {"demo": settings.DEMO, "frame": SimpleLazyObject(lambda: frame_of(request))}


def frame_of(request: HttpRequest) -> Frame | None:
    """Return the frame for whoever is logged in; nobody has none."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return None
    return Frame(
        name=str(user),
        sections=_sections(user, request.path),
        waiting=waiting_for(user),
        told=unread_notices(user),
        acting_for=_acting_for(user),
        keys_on=keys_are_on(user, request.session),
        freshness=cast(Freshness, SimpleLazyObject(lambda: freshness_of(user))),
    )


def waiting_for(user: User) -> int:
    """Count what waits for this person, up to MOST_COUNTED: orders, proposals, and for those who run
    the integration its open exceptions.
    """
    count = 0
    if user.supplier_ids:
        count += len(_orders_to_answer(user))
    if user.company_ids:
        count += len(_lines_to_decide(user))
    if (desk := Desk(user)).may_act:
        count += open_exceptions(desk, now=timezone.now()).order_by()[:MOST_COUNTED].count()
    return count


@prepared
def _orders_to_answer(viewer: Viewer) -> QuerySet[PurchaseOrder, tuple[int]]:
    mine = PurchaseOrder.objects.visible_to(viewer).filter(supplier_id__in=sorted(viewer.supplier_ids))
    return mine.waiting_for_supplier().order_by().values_list("pk")[:MOST_COUNTED]


@prepared
def _lines_to_decide(viewer: Viewer) -> QuerySet[PurchaseOrderLine, tuple[int]]:
    lines = PurchaseOrderLine.objects.visible_to(viewer).filter(company_id__in=sorted(viewer.company_ids))
    return lines.waiting_for_buyer().order_by().values_list("pk")[:MOST_COUNTED]


def freshness_of(user: User) -> Freshness:
    """Return how fresh the connections behind this person's orders are; at most five seconds old."""
    key = f"freshness:{sorted(user.supplier_ids)}:{sorted(user.company_ids)}".replace(" ", "")
    found = caches["pages"].get(key)
    if found is None:
        found = _read_freshness(_connections(user))
        caches["pages"].set(key, found, _FRESH_SECONDS)
    return found


def _acting_for(user: User) -> tuple[Acting, ...]:
    """Return the names behind the memberships.

    Memberships are read before the tenant wall knows whose request it is, so their suppliers are hidden
    there; their names are read behind it.
    """
    names = {customer.supplier_id: customer.supplier for customer in customers_of(user)}
    return tuple(
        Acting(
            names.get(membership.supplier_id, "") if membership.supplier_id else str(membership.company),
            membership.get_role_display(),
        )
        for membership in user.active_memberships
    )


def _connections(user: User) -> list[int]:
    bought = {one.company.connection_id for one in user.active_memberships if one.company}
    return sorted({*bought, *(customer.connection_id for customer in customers_of(user))})


def _read_freshness(connections: Sequence[int]) -> Freshness:
    cursors = FeedCursor.objects.filter(connection__in=connections)
    waiting = OutboxMessage.objects.filter(
        status__in=[Status.PENDING, Status.SENDING], destination__in=[f"odoo:{pk}" for pk in connections]
    )
    return Freshness(
        read_at=cursors.aggregate(latest=Max("polled_at"))["latest"],
        waiting=waiting.order_by()[:MOST_COUNTED].count(),
    )


class Rights(NamedTuple):
    """What decides which sections somebody has."""

    demo: bool
    is_buyer: bool
    runs_integration: bool
    is_staff: bool


def _sections(user: User, path: str) -> tuple[Section, ...]:
    rights = Rights(settings.DEMO, user.is_buyer, Desk(user).may_look, user.is_staff)
    unread = unread_of(user)
    return tuple(
        Section(
            label,
            icon,
            url,
            is_current=path == url if url == "/" else path.startswith(url),
            news=unread if name == "threads:list" else 0,
        )
        for label, icon, name, url in _places(rights)
    )


@lru_cache(maxsize=32)
def _places(rights: Rights) -> list[tuple[str, str, str, str]]:
    """Return label, icon, name and address of the pages for people of these rights, where they exist."""
    wanted = [
        ("Home", "home", "home:worklist"),
        *([("Decide", "checks", "decisions:list")] if rights.is_buyer else []),
        ("Orders", "package", "orders:list"),
        ("Messages", "messages", "threads:list"),
        *([("Policies", "file-text", "policies:list")] if rights.is_buyer else []),
        *([("Mail", "mail", "notices:sent")] if rights.demo else []),
        ("Colleagues", "users", "people:team"),
        *([("Integration", "exchange", "integration:health")] if rights.runs_integration else []),
        *([("Administration", "settings", "admin:index")] if rights.is_staff else []),
    ]
    return [(label, icon, name, url) for label, icon, name in wanted if (url := _url(name))]


def _url(name: str) -> str:
    """Return the address of a page, empty where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
