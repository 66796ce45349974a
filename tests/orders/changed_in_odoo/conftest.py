"""An Odoo behind the portal, and an order in it about whose only line something else is agreed."""

from functools import partial

import pytest

from integrations.odoo import feed
from integrations.outbox.models import Status
from orders.purchasing.actions import Part, approve_lines
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.odoo_pull import apply_orders
from suppliers.people.models import Role
from tests import factories
from tests.orders.odoo import odoo_of
from tests.orders.substitutes import deliver, pending


@pytest.fixture(params=[17, 18, 19])
def odoo(cast, request):
    """A sandbox behind Northwind's connection, version by version."""
    with odoo_of(cast.northwind, version=request.param) as found:
        yield found


@pytest.fixture
def pull(cast):
    """Let the feed read what is new."""
    connection = cast.northwind.connection
    apply = partial(apply_orders, connection, now=factories.NOW)
    return lambda: feed.poll(connection, apply=apply, now=factories.NOW)


@pytest.fixture
def agreed(cast, odoo, pull, answer):
    """Agree on parts for the only line of an order: returns the order and its id in Odoo."""

    def go(*parts: Part):
        odoo_id = odoo.order(10)
        pull()
        order = PurchaseOrder.objects.get(odoo_id=odoo_id)
        sally = factories.member(factories.user("Sally Seller"), order.supplier, Role.SALES)
        answer({order.lines.get(): parts}, of=order, by=sally)
        approve_lines(order, by=cast.bea, answer_ids=[pending(order.lines.get()).pk], at=factories.NOW)
        assert deliver(order) == {Status.DELIVERED}
        return order, odoo_id

    return go
