"""The links to one order, for its page: one query."""

from dataclasses import dataclass
from datetime import datetime

from orders.links.models import AnswerLink
from orders.purchasing.badges import Badge
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import User

# An order that changed often has many; the page shows the newest.
_MOST = 12


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link as the buyer sees it."""

    link: AnswerLink
    badge: Badge
    may_be_revoked: bool

    @property
    def name(self) -> str:
        """Whom it was sent to."""
        return str(self.link.user or self.link.email)


def links_of(order: PurchaseOrder, user: User, *, at: datetime) -> list[LinkView]:
    """Return the links to an order that the user may see, the newest first."""
    rows = AnswerLink.objects.visible_to(user).filter(order=order).select_related("user")
    return [_view(link, order, at) for link in rows.order_by("-pk")[:_MOST]]


def _view(link: AnswerLink, order: PurchaseOrder, at: datetime) -> LinkView:
    badge = _badge(link, order, at)
    return LinkView(link, badge, link.revoked_at is None and at < link.expires_at)


def _badge(link: AnswerLink, order: PurchaseOrder, at: datetime) -> Badge:
    if link.revoked_at:
        return Badge("gone", "Withdrawn")
    if link.used:
        return Badge("done", "Answered")
    if link.revision != order.revision:
        return Badge("theirs", "Older revision")
    if at >= link.expires_at:
        return Badge("theirs", "Expired")
    return Badge("done", "Opened") if link.opened else Badge("theirs", "Sent")
