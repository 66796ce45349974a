"""Messages on the order's page: the page belongs to purchasing, which knows nothing of threads."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from orders.conversations.matters import LINE
from orders.conversations.reading import OrderTalk, talk_of
from orders.purchasing.models import PurchaseOrder

register = template.Library()

_LINK = (
    '<a class="line-talk{}" href="{}" hx-get="{}" hx-target="#talk" hx-swap="outerHTML show:#talk:top"'
    ' title="{}"><span class="visually-hidden">{}</span>{}</a>'
)


@register.simple_tag(takes_context=True)
def conversations(context: Any, order: PurchaseOrder) -> OrderTalk:
    """Return how much was written about the order and its lines; one query."""
    return talk_of(order, context["request"].user)


@register.simple_tag
def line_talk(talk: OrderTalk, line_id: int, position: int) -> SafeString:
    """Write the link that opens the messages about one line."""
    count = talk.lines.get(line_id) if talk else None
    url = reverse("threads:about", args=[LINE, line_id])
    if count is None:
        return format_html(
            _LINK, "", url, url, f"Write about line {position}", f"Write about line {position}", ""
        )
    said = f"{count.messages} message{'' if count.messages == 1 else 's'} about line {position}"
    said += ", something new" if count.unread else ""
    return format_html(
        _LINK, " is-new" if count.unread else " has-some", url, url, said, said, count.messages
    )
