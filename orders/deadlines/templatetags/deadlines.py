"""The deadline of an order on its page: the page belongs to purchasing, which knows nothing of deadlines."""

from typing import Any

from django import template
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When
from django.utils import timezone

from orders.deadlines.lifecycle import DeadlineKind, Ending
from orders.deadlines.models import Deadline
from orders.deadlines.querysets import answers_since_asked
from orders.purchasing.models import PurchaseOrder
from suppliers.notices.models import Notice
from suppliers.prepared import prepared
from suppliers.tenancy import Viewer

register = template.Library()


@prepared
def _facts(viewer: Viewer, order_id: int, user_id: int) -> QuerySet[Any, Any]:
    deadlines = Deadline.objects.visible_to(viewer).filter(order=OuterRef("pk"))
    clocks, again = deadlines.waiting().order_by("due_at"), deadlines.filter(kind=DeadlineKind.RECONFIRM)
    unopened = Notice.objects.visible_to(viewer).filter(
        to_user=user_id, opened_at=None, subject_type="purchaseorder", subject_id=OuterRef("pk")
    )
    rows = PurchaseOrder.objects.visible_to(viewer).filter(pk=order_id)
    found = rows.annotate(
        due_at=Subquery(clocks.values("due_at")[:1]),
        kind=Subquery(clocks.values("kind")[:1]),
        is_unopened=Exists(unopened),
        again_at=Subquery(again.order_by("-pk").values("asked_at")[:1]),
        answered_at=Subquery(again.order_by("-pk").values(at=_answered_at())[:1]),
    )
    return found.values_list("due_at", "kind", "is_unopened", "again_at", "answered_at")


def _answered_at() -> Case:
    """When a question was answered; the clock may not have been stopped yet."""
    first_answer = Subquery(answers_since_asked().values("at")[:1])
    return Case(When(ending=Ending.ANSWERED, then=F("ended_at")), When(ending="", then=first_answer))


@register.inclusion_tag("deadlines/_due.html", takes_context=True)
def answer_due(context: Any, order: PurchaseOrder) -> dict[str, Any]:
    """Show until when an answer is due, and let the page say that its reader has opened it: one query."""
    user = context["request"].user
    nothing = (None, "", False, None, None)
    due_at, kind, is_unopened, again_at, answered_at = next(iter(_facts(user, order.pk, user.pk)), nothing)
    return {
        "order": order,
        "due_at": due_at,
        "is_again": kind == DeadlineKind.RECONFIRM,
        "again_at": again_at,
        "answered_at": answered_at,
        "is_unopened": is_unopened,
        "now": timezone.now(),
        "csrf_token": context.get("csrf_token", ""),
    }
