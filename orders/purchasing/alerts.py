"""What about purchase orders needs somebody: unanswered though due soon, or stuck on the way to Odoo."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef

from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.lifecycle import LineState, OrderSummary
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.wording import date_text
from suppliers.alerts.engine import Finding, alert_rule
from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS
from suppliers.people.models import Role

# "Due soon" in the field is a week; what is overdue for two months is history that nobody will answer.
_SOON = timedelta(days=7)
_HISTORY = timedelta(days=60)
_INTEGRATION_ROLES = frozenset({Role.BUYER, Role.MANAGER, Role.ADMINISTRATOR})


@alert_rule("order.unanswered")
def unanswered_orders(now: datetime) -> Iterator[Finding]:
    """Orders whose first goods are due within a week, and which the supplier has not fully answered.

    What was agreed and is to be confirmed again has an answer; when it is overdue, its clock says so.
    """
    today = now.date()
    open_lines = PurchaseOrderLine.objects.filter(
        order=OuterRef("pk"), state__in=[LineState.ASKED, LineState.COUNTERED]
    )
    rows = (
        PurchaseOrder.objects.waiting_for_supplier()
        .filter(Exists(open_lines))
        .filter(needed_on__gte=today - _HISTORY, needed_on__lte=today + _SOON)
        .select_related("company", "supplier")
    )
    for order in rows.iterator(chunk_size=1000):
        zone = ZoneInfo(order.company.time_zone)
        yield Finding(
            about=order,
            key=str(order.pk),
            sentence=f"Order {order.number} is needed on {order.needed_on} and not fully confirmed.",
            owner_roles=ANSWER_ORDERS | DECIDE_PROPOSALS,
            due_at=datetime.combine(order.needed_on, time(0), tzinfo=zone),
            evidence={"needed_on": date_text(order.needed_on), "summary": OrderSummary(order.summary).label},
        )


@alert_rule("order.stuck")
def stuck_orders(now: datetime) -> Iterator[Finding]:
    """Orders with something that Odoo did not take and that will not be sent again by itself."""
    parked = OutboxMessage.objects.filter(status=Status.PARKED, document__startswith="purchase_order:")
    reasons = {
        int(document.partition(":")[2]): (reason, since)
        for document, reason, since in parked.values_list("document", "reason", "parked_at")
    }
    for order in PurchaseOrder.objects.filter(pk__in=reasons):
        reason, since = reasons[order.pk]
        yield Finding(
            about=order,
            key=str(order.pk),
            sentence=f"Order {order.number} could not be written to Odoo: {reason}",
            owner_roles=_INTEGRATION_ROLES,
            due_at=since,
            evidence={"reason": reason},
        )
