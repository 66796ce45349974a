"""What about answers needs somebody: one that is overdue, and mail that reaches nobody."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q

from orders.deadlines.models import Deadline
from orders.deadlines.wording import overdue_sentence
from orders.purchasing.models import PurchaseOrder
from suppliers.alerts.engine import Finding, alert_rule
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS
from suppliers.people.models import Membership, Role, VendorAccount

_ORDER = PurchaseOrder._meta.model_name
_EVERYBODY = ANSWER_ORDERS | DECIDE_PROPOSALS


@alert_rule("order.answer_overdue")
def overdue_answers(now: datetime) -> Iterator[Finding]:
    """Orders whose supplier has not answered by the deadline."""
    rows = Deadline.objects.overdue(now=now).select_related("order", "supplier")
    for deadline in rows.iterator(chunk_size=1000):
        yield Finding(
            about=deadline.order,
            key=str(deadline.pk),
            sentence=overdue_sentence(deadline.kind, str(deadline.supplier), deadline.order.number),
            owner_roles=_EVERYBODY,
            due_at=deadline.due_at,
            evidence={
                "asked_at": deadline.started_at.isoformat(),
                "due_at": deadline.due_at.isoformat(),
                "working_hours": deadline.hours,
                "delivery_on": deadline.delivery_on.isoformat() if deadline.delivery_on else "",
            },
        )


@alert_rule("order.mail_failed")
def failed_mail(now: datetime) -> Iterator[Finding]:
    """Orders that wait for their supplier and about which a mail was refused or came back.

    Only the newest mail to each person counts; when one of them got it, whoever owns the supplier's side
    need only correct the other's address.
    """
    waiting = PurchaseOrder.objects.open().waiting_for_supplier().filter(pk=OuterRef("subject_id"))
    failed = Notice.objects.filter(subject_type=_ORDER, state__in=NoticeState.failed(), company__isnull=False)
    # Those who work for the supplier, and those who were only invited to.
    theirs = Q(to_user__memberships__supplier__isnull=False) | Q(to_user=None, to_name="")
    orders = set(failed.filter(theirs, Exists(waiting)).values_list("subject_id", flat=True))
    newest: dict[int, dict[str, Notice]] = defaultdict(dict)
    mails = Notice.objects.filter(theirs, subject_type=_ORDER, subject_id__in=orders)
    for notice in mails.defer("text", "html").order_by("pk"):
        if notice.subject_id is not None:
            newest[notice.subject_id][notice.to_email] = notice
    for order in PurchaseOrder.objects.filter(pk__in=newest):
        yield from _about_failed(order, list(newest[order.pk].values()))


def _about_failed(order: PurchaseOrder, notices: list[Notice]) -> Iterator[Finding]:
    failed = [notice for notice in notices if notice.state in NoticeState.failed()]
    if not failed:
        return
    reached = len([notice for notice in notices if notice.state == NoticeState.SENT])
    addresses = ", ".join(sorted(notice.to_email for notice in failed))
    what = f"mail about order {order.number} to {addresses} did not arrive"
    others = f"{reached} other contact{'' if reached == 1 else 's'} got it"
    yield Finding(
        about=order,
        key=str(order.pk),
        sentence=f"No valid contact: {what}." if not reached else f"{what[0].upper()}{what[1:]}; {others}.",
        owner_roles=_EVERYBODY if not reached else {Role.OWNER},
        due_at=min(notice.failed_at for notice in failed if notice.failed_at),
        evidence={notice.to_email: notice.failure for notice in failed},
    )


@alert_rule("supplier.no_contact")
def suppliers_without_contact(now: datetime) -> Iterator[Finding]:
    """Suppliers with orders to answer and nobody who could: nobody is told of anything.

    Where a clock runs, somebody was: a person who is invited, and answers with the link in the mail.
    """
    contacts = Membership.objects.filter(
        supplier=OuterRef("supplier"), role__in=[Role.OWNER, Role.SALES], user__is_active=True
    )
    clocks = Deadline.objects.running().filter(order=OuterRef("pk"))
    waiting = PurchaseOrder.objects.open().waiting_for_supplier().filter(~Exists(contacts), ~Exists(clocks))
    counted = {
        (row["supplier"], row["company"]): row
        for row in waiting.order_by()
        .values("supplier", "company")
        .annotate(count=Count("pk"), since=Min("first_seen_at"), needed_on=Min("needed_on"))
    }
    pairs = Q(supplier__in={pair[0] for pair in counted}, company__in={pair[1] for pair in counted})
    for account in VendorAccount.objects.filter(pairs).select_related("supplier"):
        row = counted.get((account.supplier_id, account.company_id))
        if row is not None:
            orders = "1 order waits" if row["count"] == 1 else f"{row['count']} orders wait"
            yield Finding(
                about=account,
                key=str(account.pk),
                sentence=f"No valid contact: nobody at {account.supplier} can answer, and {orders}.",
                # They alone can invite somebody.
                owner_roles={Role.ADMINISTRATOR},
                evidence={"orders": row["count"], "since": row["since"].isoformat()},
            )
