"""The reading vocabulary of deadlines."""

from datetime import datetime
from typing import Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from orders.deadlines.lifecycle import DeadlineKind
from orders.purchasing.lifecycle import LineState, Side
from orders.purchasing.models import Answer, PurchaseOrder, PurchaseOrderLine
from suppliers.tenancy import TenantQuerySet


def answers_since_asked() -> QuerySet[Answer]:
    """Return, inside a query on deadlines, the supplier's answers to each, the first one first."""
    rows = Answer.objects.filter(order=OuterRef("order"), side=Side.SUPPLIER, at__gt=OuterRef("asked_at"))
    return rows.order_by("at")


class DeadlineQuerySet(TenantQuerySet):
    """Deadlines."""

    def running(self) -> Self:
        """Clocks that nobody has stopped; the answer may be there since, see waiting()."""
        return self.filter(ended_at__isnull=True)

    def answered(self) -> Self:
        """Clocks whose question has an answer."""
        return self.filter(Exists(answers_since_asked()))

    def needed(self) -> Self:
        """Clocks on orders that still wait for the supplier, or of which lines wait to be confirmed again."""
        asked = PurchaseOrder.objects.filter(pk=OuterRef("order")).open().waiting_for_supplier()
        lines = PurchaseOrderLine.objects.filter(order=OuterRef("order"))
        again = Exists(lines.filter(state=LineState.DUE))
        answer = Exists(lines.filter(state__in=[LineState.ASKED, LineState.COUNTERED]))
        wanted = Q(kind=DeadlineKind.ANSWER) & answer | Q(kind=DeadlineKind.RECONFIRM) & again
        return self.filter(Exists(asked)).filter(wanted)

    def waiting(self) -> Self:
        """Clocks that run, on questions that wait for an answer at this moment."""
        return self.running().needed().filter(~Exists(answers_since_asked()))

    def overdue(self, *, now: datetime) -> Self:
        """Questions whose deadline has passed without an answer."""
        return self.waiting().filter(due_at__lte=now)
