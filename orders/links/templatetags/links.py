"""The links to an order on its page: the page belongs to purchasing, which knows nothing of links."""

from typing import Any

from django import template

from orders.purchasing.models import PurchaseOrder

register = template.Library()


@register.inclusion_tag("links/_of_order.html", takes_context=True)
def links_in_mails(context: Any, order: PurchaseOrder) -> dict[str, Any]:
    """Let buyers ask which links went out and who opened them; it is read only when somebody asks."""
    user = context["request"].user
    return {"order": order, "is_buyer": order.company_id in user.company_ids}
