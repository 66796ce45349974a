"""The receipts of an order on its page: the page belongs to purchasing, which knows nothing of receipts."""

from typing import Any

from django import template

from orders.purchasing.models import PurchaseOrder
from orders.receipts.reading import receipts_of

register = template.Library()


@register.inclusion_tag("receipts/_of_order.html", takes_context=True)
def receipts(context: Any, order: PurchaseOrder) -> dict[str, Any]:
    """Show what is expected and what came, to whoever looks."""
    return {"order": order, "receipts": receipts_of(order, context["request"].user)}
