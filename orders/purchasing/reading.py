"""Reading an order and its lines: asked on every page of an order, so prepared."""

from collections.abc import Collection

from django.db.models import QuerySet

from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from suppliers.people.models import User
from suppliers.prepared import Question, prepared
from suppliers.tenancy import Viewer


def order_for(viewer: Viewer, pk: int) -> PurchaseOrder | None:
    """Return the order with its supplier and company; None for strangers."""
    return next(iter(_order(viewer, pk)), None)


def lines_of(order: PurchaseOrder, viewer: Viewer) -> list[PurchaseOrderLine]:
    """Return the order's lines as people count them."""
    return lines_question(order, viewer).ask()


def lines_question(order: PurchaseOrder, viewer: Viewer) -> Question[list[PurchaseOrderLine]]:
    """Ask for the order's lines as people count them."""

    def of_this_order(lines: list[PurchaseOrderLine]) -> list[PurchaseOrderLine]:
        for line in lines:
            line.order = order
        return lines

    return _lines.question(viewer, order.pk).then(of_this_order)


def lines_to_change(user: User, answer_ids: Collection[int]) -> int:
    """Count the lines of these answers whose agreed product or unit a person has to put into Odoo."""
    lines = PurchaseOrderLine.objects.visible_to(user).filter(answers__in=answer_ids)
    return lines.filter(awaited_change__isnull=False).count()


@prepared
def _order(viewer: Viewer, pk: int) -> QuerySet[PurchaseOrder]:
    return PurchaseOrder.objects.visible_to(viewer).filter(pk=pk).select_related("company", "supplier")


@prepared
def _lines(viewer: Viewer, order_id: int) -> QuerySet[PurchaseOrderLine]:
    return PurchaseOrderLine.objects.visible_to(viewer).filter(order=order_id).order_by("sequence", "pk")
