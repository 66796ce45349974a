"""Many rows are saved in one statement."""

from datetime import date
from decimal import Decimal

from orders.purchasing.models import PurchaseOrderLine
from orders.purchasing.saving import save_together
from tests import factories


def test_each_row_gets_its_own_values_and_nothing_else(cast, order, django_assert_num_queries):
    first, second = order.lines.order_by("pk")
    other = factories.line(order)
    first.asked_quantity, first.promised_on, first.description = Decimal("2.5"), date(2026, 12, 24), "x"
    second.asked_quantity = Decimal(3)
    with django_assert_num_queries(1):
        save_together([first, second], ["asked_quantity", "promised_on"])
    stored = {line.pk: line for line in PurchaseOrderLine.objects.all()}
    assert (stored[first.pk].asked_quantity, stored[first.pk].promised_on) == (
        Decimal("2.5000"),
        date(2026, 12, 24),
    )
    assert stored[first.pk].description != "x"
    assert (stored[second.pk].asked_quantity, stored[second.pk].promised_on) == (3, None)
    assert stored[other.pk].asked_quantity == 10


def test_no_rows_are_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        save_together([], ["promised_on"])
