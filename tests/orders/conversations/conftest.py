"""What the tests of conversations share: an order that is in an Odoo, and writing about it."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from integrations.outbox.engine import deliver_document
from integrations.outbox.models import OutboxMessage
from orders.conversations.matters import matter_of_order
from orders.purchasing.models import PurchaseOrder
from suppliers.threads.actions import post_message
from tests import factories
from tests.orders.odoo import odoo_of


@pytest.fixture(params=[18, 19])
def odoo(cast, request):
    """A sandbox behind Northwind's connection, over either protocol."""
    with odoo_of(cast.northwind, version=request.param) as found:
        yield found


@pytest.fixture
def order(cast, order, odoo) -> PurchaseOrder:
    """The cast's order, which is there in Odoo."""
    PurchaseOrder.objects.filter(pk=order.pk).update(odoo_id=odoo.order(10))
    return PurchaseOrder.objects.select_related("company", "supplier").get(pk=order.pk)


@pytest.fixture
def write(order):
    """Let somebody write about the order."""

    def post(by, text="Hello", *, about=None, at=factories.NOW, **more):
        return post_message(
            about or matter_of_order(order), by=by, text=text, submission=uuid4(), at=at, **more
        )

    return post


@pytest.fixture
def deliver(order):
    """Let the worker deliver what Odoo is to be told; return the states."""

    def run() -> list[str]:
        document = f"order_messages:{order.pk}"
        deliver_document(document, now=datetime.now(UTC))
        return list(
            OutboxMessage.objects.filter(document=document).order_by("pk").values_list("status", flat=True)
        )

    return run
