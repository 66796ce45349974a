"""An order in Odoo about whose only line something else is agreed."""

import pytest

from integrations.outbox.models import Status
from orders.purchasing.actions import Part, approve_lines
from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import Role
from tests import factories
from tests.orders.substitutes import deliver, pending


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
