"""Product categories come in with orders and products; policies name them, lines know where they stand."""

import pytest

from integrations.odoo.records import CategoryRecord, ProductRecord
from orders.purchasing.models import PurchaseOrderLine
from orders.purchasing.odoo_pull import apply_orders, apply_products
from orders.purchasing.revisions import content_hash
from suppliers.policies.models import ProductCategory
from tests import factories
from tests.orders import records

BOLTS = CategoryRecord(9, "All / Fasteners / Bolts", "/1/4/9/")


@pytest.fixture
def read(cast):
    """Read orders from the cast's Odoo."""

    def apply(*lines, odoo_id=77):
        record = records.order(odoo_id, cast.northwind.odoo_company_id, *lines)
        return apply_orders(cast.northwind.connection, [record], now=factories.NOW)

    return apply


def test_a_line_knows_its_category_and_the_company_its_name(cast, read):
    read(records.line(1, product_id=50, category=BOLTS), records.line(2))
    paths = dict(PurchaseOrderLine.objects.values_list("odoo_id", "category_path"))
    assert paths == {1: "/1/4/9/", 2: ""}
    category = ProductCategory.objects.get()
    assert (category.company, category.name) == (cast.northwind, "All / Fasteners / Bolts")


def test_another_category_is_no_change_of_the_order():
    plain, bolts = (records.order(77, 1, records.line(1, category=one)) for one in (None, BOLTS))
    assert content_hash(plain) == content_hash(bolts)


def test_a_product_put_elsewhere_takes_its_lines_along(cast, read):
    read(records.line(1, product_id=50, category=BOLTS))
    screws = CategoryRecord(10, "All / Fasteners / Screws", "/1/4/10/")
    record = ProductRecord(50, "FST-1", screws)
    apply_products(cast.northwind.connection, [record], now=factories.NOW)
    assert PurchaseOrderLine.objects.get().category_path == "/1/4/10/"
    assert ProductCategory.objects.count() == 2


def test_a_category_moved_in_the_tree_takes_its_lines_along(cast, read):
    read(records.line(1, product_id=50, category=BOLTS))
    moved = CategoryRecord(9, "All / Bolts", "/1/9/")
    read(records.line(3, product_id=51, category=moved), odoo_id=88)
    assert set(PurchaseOrderLine.objects.values_list("category_path", flat=True)) == {"/1/9/"}
    assert ProductCategory.objects.get().name == "All / Bolts"
