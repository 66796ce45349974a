"""Lets the bench's seller answer every order, line by line: that many messages wait in the outbox then."""

import json
from typing import Any
from uuid import uuid4

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from integrations.outbox.models import OutboxMessage
from orders.purchasing.actions import LineReply, acknowledge_order
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.positions import asked_of, lines_of
from portal.bench.cast import SELLER
from suppliers.people.models import User


class Command(BaseCommand):
    """For `make bench`: each line is an answer of its own, taken through the action as from the page."""

    help = "Answer the waiting orders line by line."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many orders."""
        parser.add_argument("--orders", type=int, default=200)
        parser.add_argument("--newest", action="store_true", help="the newest orders instead of the oldest")

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer; print how many messages wait."""
        seller = User.objects.get(email=SELLER)
        waiting = PurchaseOrder.objects.visible_to(seller).waiting_for_supplier()
        waiting = waiting.order_by("-odoo_id" if options["newest"] else "pk")
        for order in waiting[: options["orders"]]:
            for asked in asked_of(lines_of(order)).values():
                acknowledge_order(
                    order,
                    by=seller,
                    revision=order.revision,
                    replies=[LineReply(asked.line_id, asked.parts)],
                    submission=uuid4(),
                    at=timezone.now(),
                )
        messages = OutboxMessage.objects.filter(
            topic="purchase_order.agreement", destination__startswith="odoo:"
        )
        documents = messages.values("document").distinct().count()
        self.stdout.write(json.dumps({"messages": messages.count(), "documents": documents}))
