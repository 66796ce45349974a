"""Who a link is for, as they stand today: somebody who works for the supplier, or was invited to.

A reader who was never more than invited has no account yet; the page treats them as one without a key.
"""

from collections.abc import Sequence
from datetime import datetime

from orders.links.models import AnswerLink
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import Invitation, Membership, User


def reader_of(link: AnswerLink, *, at: datetime) -> User | None:
    """Return the reader, narrowed to the link's supplier: whatever else they belong to is out of reach.

    None when they no longer work for the supplier, or their invitation can no longer be accepted.
    *link* comes with its invitation.
    """
    who = {"user_id": link.user_id} if link.user_id else {"user__email": link.email}
    members = Membership.objects.filter(supplier_id=link.supplier_id, user__is_active=True, **who)
    if membership := members.select_related("user").first():
        return _narrowed(membership.user, membership)
    return _guest(link.invitation, at) if link.user_id is None and link.invitation else None


def answering_contacts(order: PurchaseOrder) -> Sequence[Membership]:
    """Return those who may answer for the order's supplier: whom a buyer may send a link to."""
    contacts = Membership.objects.answering_orders_of(order.supplier_id).select_related("user")
    return list(contacts.order_by("user__name", "pk"))


def _guest(invitation: Invitation, at: datetime) -> User | None:
    if invitation.accepted_at or invitation.withdrawn_at or at >= invitation.expires_at:
        return None
    guest = User(email=invitation.email, name="", is_active=True)
    return _narrowed(guest, Membership(supplier_id=invitation.supplier_id, role=invitation.role))


def _narrowed(reader: User, membership: Membership) -> User:
    reader.active_memberships = [membership]
    return reader
