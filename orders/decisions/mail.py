"""What suppliers are told of decisions on many orders: one mail to each person."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings

from orders.bulk.mail import orders_told
from orders.decisions.lifecycle import Verb
from orders.decisions.models import DecisionJob, DecisionJobOrder
from orders.purchasing.wording import plural
from suppliers.inbox.bundles import send_bundles
from suppliers.notices.models import Notice
from suppliers.people.models import User


def tell_suppliers_of_decisions(job_id: int, at: datetime) -> None:
    """Tell each contact what was decided on their orders; each order keeps its own clock."""
    job = DecisionJob.objects.select_related("by").get(pk=job_id)
    send_bundles(job.started_at, mail="orders_decided", telling=partial(_decided, job))


def _decided(job: DecisionJob, reader: User, notices: Sequence[Notice]) -> dict[str, Any]:
    orders = DecisionJobOrder.objects.visible_to(reader).filter(job=job, decided__gt=0)
    companies = orders.order_by("company__name").values_list("company__name", flat=True).distinct()
    is_declined = job.verb == Verb.DECLINE
    return {
        "by": str(job.by),
        "company": ", ".join(companies),
        "count": plural(len({notice.subject_id for notice in notices}), "order"),
        "decision": "declined" if is_declined else "approved",
        "reason": job.reason,
        "all_url": f"{settings.SITE_URL}/orders/?state={'confirm' if is_declined else 'agreed'}",
        **orders_told(notices),
    }
