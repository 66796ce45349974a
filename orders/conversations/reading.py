"""How much was written about an order and each of its lines: one query for the order's page."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from orders.conversations.matters import LINE, ORDER
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import User
from suppliers.prepared import prepared
from suppliers.threads.models import Thread
from suppliers.threads.querysets import Reader


@dataclass(slots=True)
class Count:
    """Messages about one thing, and how many of its threads have something new."""

    messages: int = 0
    unread: int = 0

    def add(self, messages: int, *, is_unread: bool) -> None:
        """Count one more thread."""
        self.messages += messages
        self.unread += is_unread


@dataclass(slots=True)
class OrderTalk:
    """What was written about an order, its lines included."""

    order: PurchaseOrder
    whole: Count = field(default_factory=Count)
    lines: dict[int, Count] = field(default_factory=dict)


def talk_of(order: PurchaseOrder, user: User) -> OrderTalk:
    """Return the counts of everything about an order that somebody may see."""
    talk = OrderTalk(order)
    thread: Any  # annotated
    for thread in _threads(user, order.pk):
        is_unread = thread.last_message_id > thread.read_up_to and thread.last_at >= user.date_joined
        talk.whole.add(thread.message_count, is_unread=is_unread)
        if thread.subject_type == LINE:
            talk.lines.setdefault(thread.subject_id, Count()).add(thread.message_count, is_unread=is_unread)
    return talk


@prepared
def _threads(reader: Reader, order_id: int) -> QuerySet[Thread]:
    threads = Thread.objects.visible_to(reader).of_document(ORDER, order_id).with_marks_of(reader)
    return threads.only("subject_type", "subject_id", "message_count", "last_message_id", "last_at")
