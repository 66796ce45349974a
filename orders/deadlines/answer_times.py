"""Tells the order list and the worklist until when answers are due."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import F, QuerySet

from orders.deadlines.models import Deadline
from orders.purchasing.answer_times import answer_times
from suppliers.lookups import AnyOf
from suppliers.people.models import User
from suppliers.prepared import prepared
from suppliers.tenancy import Viewer


@answer_times
def running_deadlines(order_ids: Collection[int], user: User) -> Mapping[int, datetime]:
    """Return the deadlines of the clocks that run on these orders: one query."""
    return dict(_running(user, sorted(order_ids)))


@prepared
def _running(viewer: Viewer, order_ids: list[int]) -> QuerySet[Deadline, tuple[int, datetime]]:
    running = Deadline.objects.visible_to(viewer).running().filter(AnyOf(F("order"), order_ids))
    # Of two clocks on one order the one that ends first is written last, and stays.
    return running.order_by("-due_at").values_list("order", "due_at")
