"""The deadline of an order on its page: the page belongs to purchasing, which knows nothing of deadlines."""

from typing import Any

from django import template
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils import timezone

from orders.deadlines.models import Deadline
from orders.purchasing.models import PurchaseOrder
from suppliers.notices.models import Notice
from suppliers.prepared import prepared
from suppliers.tenancy import Viewer

register = template.Library()


@prepared
def _facts(viewer: Viewer, order_id: int, user_id: int) -> QuerySet[Any, Any]:
    clocks = Deadline.objects.visible_to(viewer).waiting().filter(order=OuterRef("pk"))
    unopened = Notice.objects.visible_to(viewer).filter(
        to_user=user_id, opened_at=None, subject_type="purchaseorder", subject_id=OuterRef("pk")
    )
    rows = PurchaseOrder.objects.visible_to(viewer).filter(pk=order_id)
    found = rows.annotate(due_at=Subquery(clocks.values("due_at")[:1]), is_unopened=Exists(unopened))
    return found.values_list("due_at", "is_unopened")


@register.inclusion_tag("deadlines/_due.html", takes_context=True)
def answer_due(context: Any, order: PurchaseOrder) -> dict[str, Any]:
    """Show until when an answer is due, and let the page say that its reader has opened it: one query."""
    user = context["request"].user
    due_at, is_unopened = next(iter(_facts(user, order.pk, user.pk)), (None, False))
    return {
        "order": order,
        "due_at": due_at,
        "is_unopened": is_unopened,
        "now": timezone.now(),
        "csrf_token": context.get("csrf_token", ""),
    }
