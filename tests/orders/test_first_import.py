"""A first import puts many orders in at once: the same rows as one by one, held by the same rules."""

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError

from orders.purchasing.copying import insert_many
from orders.purchasing.models import OrderRevision, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.odoo_pull import apply_orders
from suppliers.tenancy import wall
from tests import factories
from tests.orders import records

MANY = 250


def _values(model, **of):
    """All of a row but what the database gave it."""
    row = model.objects.filter(**of).values().get()
    return {name: value for name, value in row.items() if name not in ("id", "order_id", "odoo_id")}


def test_many_at_once_are_the_same_rows_as_one_alone(cast):
    company = cast.northwind.odoo_company_id
    text = "A \\N in a 'quoted'\ttab\nand line, 40 % off; é 漢 {x}"
    one = records.order(1, company, records.line(1, description=text), number="P1", notes=text)
    many = [
        records.order(pk, company, records.line(pk, description=text, product_code="FST-1"), number="P1")
        for pk in range(2, MANY + 2)
    ]
    many[0] = records.order(2, company, records.line(2, description=text, product_code="FST-1"), notes=text)
    connection = cast.northwind.connection
    apply_orders(connection, [one], now=factories.NOW, first_import=True)
    assert apply_orders(connection, many, now=factories.NOW, first_import=True) == MANY
    assert PurchaseOrder.objects.count() == MANY + 1
    assert PurchaseOrderLine.objects.count() == MANY + 1
    assert OrderRevision.objects.count() == MANY + 1
    assert _values(PurchaseOrderLine, odoo_id=1) == _values(PurchaseOrderLine, odoo_id=2)
    # Nothing is no value to the database either, and not the document "null".
    assert PurchaseOrderLine.objects.filter(awaited_change__isnull=True).count() == MANY + 1
    alone, copied = _values(PurchaseOrder, odoo_id=1), _values(PurchaseOrder, odoo_id=2)
    assert {**alone, "content_hash": "", "number": ""} == {**copied, "content_hash": "", "number": ""}
    order = PurchaseOrder.objects.get(odoo_id=2)
    assert order.lines.get().odoo_id == 2
    assert order.revisions.get().snapshot["lines"]
    assert apply_orders(connection, many, now=factories.NOW, first_import=True) == 0


def test_rows_copied_can_be_changed_and_added_to(cast):
    rows = [_order(cast, odoo_id) for odoo_id in range(1, MANY)]
    with transaction.atomic():
        insert_many(rows)
    rows[0].number = "P-new"
    rows[0].save()
    assert PurchaseOrder.objects.get(odoo_id=1).number == "P-new"
    assert factories.order(cast.acme, cast.northwind, odoo_id=MANY + 1).pk not in {row.pk for row in rows}


def test_the_databases_rules_hold_for_rows_copied(cast):
    rows = [_order(cast, odoo_id) for odoo_id in range(1, MANY)]
    with pytest.raises(IntegrityError, match="one_mirror_per_odoo_order"), transaction.atomic():
        insert_many([*rows, _order(cast, 1)])
    assert not PurchaseOrder.objects.exists()


def test_the_wall_holds_for_rows_copied(cast):
    rows = [_order(cast, odoo_id) for odoo_id in range(1, MANY)]
    stranger = wall(suppliers=cast.mallory.supplier_ids, companies=cast.mallory.company_ids)
    with pytest.raises(ProgrammingError, match="row-level security"), stranger:
        insert_many(rows)


def _order(cast, odoo_id):
    return PurchaseOrder(
        supplier=cast.acme,
        company=cast.northwind,
        odoo_id=odoo_id,
        number=f"P{odoo_id:05}",
        state="ORDERED",
        currency="EUR",
        written_at=factories.NOW,
        content_hash="x",
        first_seen_at=factories.NOW,
        changed_at=factories.NOW,
    )
