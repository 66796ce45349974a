"""What is near: suppliers were asked yesterday whether it still comes as agreed; some have answered."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from orders.deadlines.actions import start_clocks
from orders.purchasing.actions import accept_order, ask_what_comes_due
from orders.purchasing.lifecycle import OrderSummary
from orders.purchasing.models import PurchaseOrder
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.people.models import BuyerCompany, User

_EVENT = "order_reconfirm"
_ASKED_AT_HOUR = 9


def ask_what_is_near(company: BuyerCompany, sellers: Mapping[str, User], *, now: datetime) -> int:
    """Ask yesterday morning about what is near, and let the first of each seller's orders be answered since.

    Returns how many orders were asked about; none the second time.
    """
    if Notice.objects.filter(event=_EVENT).exists():
        return 0
    yesterday = now.astimezone(ZoneInfo(company.time_zone)) - timedelta(days=1)
    asked_at = yesterday.replace(hour=_ASKED_AT_HOUR, minute=0, second=0, microsecond=0)
    asked = ask_what_comes_due(at=asked_at)
    # The mail server took these; the workers find it done.
    mails = Notice.objects.filter(event=_EVENT, state=NoticeState.WAITING)
    mails.update(state=NoticeState.SENT, sent_at=asked_at + timedelta(minutes=1))
    start_clocks(now=asked_at + timedelta(minutes=2))
    for seller in sellers.values():
        _answer_one(company, seller, at=now - timedelta(hours=2))
    return asked


def _answer_one(company: BuyerCompany, seller: User, *, at: datetime) -> None:
    """The seller says of an order with several others beside it that all of it comes as agreed."""
    waiting = PurchaseOrder.objects.visible_to(seller).filter(company=company, lines__state="DUE")
    near = list(
        waiting.filter(summary=OrderSummary.WAITING_FOR_SUPPLIER).distinct().order_by("needed_on", "pk")[:2]
    )
    if len(near) > 1:
        order = near[0]
        accept_order(order, by=seller, revision=order.revision, submission=uuid4(), at=at)
