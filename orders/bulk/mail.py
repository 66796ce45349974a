"""What people are told of a job when it is done: one mail each, however many orders it was."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from orders.bulk.models import Job, JobOrder
from orders.purchasing.chatter import url_of
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.wording import plural
from suppliers.inbox.bundles import send_bundles
from suppliers.notices.models import Notice
from suppliers.notices.rendering import placeholder_of
from suppliers.people.models import User

# A mail names so many orders; its button leads to all of them.
MOST_ORDERS = 40
_MOST_CHANGES = 3


def tell_buyers_of_answers(job_id: int, at: datetime) -> None:
    """Tell each buyer how many of their orders were answered, and which of them need a decision."""
    job = Job.objects.select_related("by").get(pk=job_id)
    if job.started_at is not None:
        send_bundles(job.started_at, mail="orders_answered", telling=partial(_answered, job))


def _answered(job: Job, reader: User, notices: Sequence[Notice]) -> dict[str, Any]:
    answered = JobOrder.objects.visible_to(reader).filter(job=job, answer__isnull=False)
    suppliers = dict(answered.order_by("supplier__name").values_list("supplier", "supplier__name"))
    only = f"?supplier={min(suppliers)}" if len(suppliers) == 1 else ""
    needing = len({notice.subject_id for notice in notices})
    count = answered.count()
    return {
        "by": str(job.by),
        "supplier": ", ".join(suppliers.values()),
        "answered": plural(count, "order"),
        "agreed": count - needing,
        "needing": needing,
        "reason": job.reason,
        "decide_url": f"{settings.SITE_URL}/decide/{only}",
        **orders_told(notices),
    }


def orders_told(notices: Sequence[Notice]) -> dict[str, Any]:
    """Return what a mail names of orders: number, the reader's own way to each, and the first changes."""
    orders = PurchaseOrder.objects.in_bulk({notice.subject_id for notice in notices[:MOST_ORDERS]})
    return {
        "orders": [
            {
                "number": order.number,
                "url": placeholder_of(notice.pk) if notice.sealed_link else url_of(order),
                "changes": notice.changes[:_MOST_CHANGES],
                "more": max(0, len(notice.changes) - _MOST_CHANGES),
            }
            for notice in notices[:MOST_ORDERS]
            if (order := orders.get(notice.subject_id or 0))
        ],
        "more_orders": max(0, len(notices) - MOST_ORDERS),
    }
