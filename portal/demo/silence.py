"""Orders nobody has answered: one near its deadline, one past it, and one whose mail came back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from orders.deadlines.actions import start_clocks, take_steps
from orders.deadlines.models import Deadline, Step
from orders.purchasing.mail import tell_supplier_of_new_order
from orders.purchasing.models import PurchaseOrder
from suppliers.calendars.lookup import calendar_of
from suppliers.calendars.rules import working_time
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.people.models import User

# Working hours since each was mailed; the usual time to answer is 24, and 4 more to the second contact.
_NEAR, _OVERDUE, _BOUNCED = timedelta(hours=22), timedelta(hours=29), timedelta(hours=3)


@transaction.atomic
def be_silent(seller: User, buyer: User, *, now: datetime) -> int:
    """Mail three orders of the buyer's to the seller in the past, and let happen what followed.

    Returns how many that were: none the second time.
    """
    if Deadline.objects.exists():
        return 0
    waiting = (
        PurchaseOrder.objects.visible_to(seller)
        .waiting_for_supplier()
        .filter(company__in=buyer.company_ids, rounds=0)
        .filter(needed_on__gt=now.date() + timedelta(days=1))
        .select_related("supplier", "company")
        .open()
        .order_by("needed_on", "pk")
    )
    orders = list(waiting[:3])
    # The one that came back was written first: the later ones arrived, so the address is good again.
    for order, since in zip(reversed(orders), (_BOUNCED, _OVERDUE, _NEAR), strict=False):
        _mail(order, at=_so_long_ago(order, since, now))
    if orders:
        _come_back(orders[-1], seller)
    start_clocks(now=now)
    _let_time_pass(orders, now)
    return len(orders)


def _so_long_ago(order: PurchaseOrder, amount: timedelta, now: datetime) -> datetime:
    """Return the whole hour from which so much of the supplier's working time has passed."""
    calendar = calendar_of(order.supplier)
    moment = now.replace(minute=0, second=0, microsecond=0)
    while working_time(calendar, moment, now) < amount:
        moment -= timedelta(hours=1)
    return moment


def _mail(order: PurchaseOrder, *, at: datetime) -> None:
    tell_supplier_of_new_order(order, list(order.lines.order_by("sequence", "pk")), at=at)
    _send([order], at)


def _send(orders: Sequence[PurchaseOrder], at: datetime) -> None:
    """The mail server takes what waits; the workers find it done."""
    about = Notice.objects.filter(subject_type="purchaseorder", subject_id__in=[one.pk for one in orders])
    about.filter(state=NoticeState.WAITING).update(state=NoticeState.SENT, sent_at=at)


def _come_back(order: PurchaseOrder, reader: User) -> None:
    mail = Notice.objects.filter(subject_type="purchaseorder", subject_id=order.pk, to_user=reader).get()
    mail.state, mail.failure = NoticeState.BOUNCED, "550 5.1.1 The address is not known here"
    mail.failed_at = mail.created_at + timedelta(minutes=2)
    mail.save()


def _let_time_pass(orders: Sequence[PurchaseOrder], now: datetime) -> None:
    moments = Step.objects.filter(deadline__order__in=orders, due_at__lte=now).order_by("due_at")
    for moment in list(moments.values_list("due_at", flat=True)):
        take_steps(now=moment)
        _send(orders, moment)
