"""Makes the links in mails about orders (see orders/purchasing/private_links.py)."""

from datetime import datetime

from orders.links.actions import issue_link
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.private_links import link_maker
from suppliers.people.models import User


@link_maker
def link_in_mail(order: PurchaseOrder, reader: User, at: datetime) -> str:
    """Issue a link for one reader of one mail."""
    return issue_link(order, to=reader, at=at)
