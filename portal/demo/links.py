"""Links in mails: one for the visitor to try without logging in, one that was scanned, opened and used."""

from datetime import datetime, timedelta
from uuid import uuid4

from orders.links import actions
from orders.links.lifecycle import Cause
from orders.links.models import AnswerLink
from orders.links.rules import Visitor
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import User


def play_links(seller: User, buyer: User, *, now: datetime) -> int:
    """Send the seller links to two orders that wait; through the second one it is answered.

    Returns how many were sent; none the second time.
    """
    if AnswerLink.objects.filter(user=seller, cause=Cause.BUYER).exists():
        return 0
    waiting = PurchaseOrder.objects.visible_to(seller).waiting_for_supplier().open()
    ahead = waiting.filter(company__in=buyer.company_ids, needed_on__gt=now.date() + timedelta(days=14))
    orders = list(ahead.order_by("-needed_on", "pk")[:2])
    for order in orders:
        actions.send_link(order, to=seller, by=buyer, at=now - timedelta(hours=3))
    if len(orders) == 2:
        _open_and_answer(AnswerLink.objects.get(order=orders[1], cause=Cause.BUYER), seller, now=now)
    return len(orders)


def _open_and_answer(link: AnswerLink, seller: User, *, now: datetime) -> None:
    """A mail scanner first, then the seller, who confirms everything."""
    for visitor, minutes in ((Visitor.MACHINE, 179), (Visitor.UNKNOWN, 178), (Visitor.PERSON, 60)):
        actions.note_look(link, visitor, reader=seller, at=now - timedelta(minutes=minutes))
    actions.accept_by_link(link, by=seller, submission=uuid4(), at=now - timedelta(minutes=58))
