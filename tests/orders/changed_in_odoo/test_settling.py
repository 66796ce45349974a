"""A change in Odoo settles what was agreed, and nobody is asked again."""

from decimal import Decimal

from integrations.outbox.models import Status
from orders.purchasing.actions import Part, approve_lines
from orders.purchasing.lifecycle import LineState, OrderSummary
from orders.purchasing.models import OrderRevision, PurchaseOrder
from orders.purchasing.odoo_pull import apply_orders
from suppliers.journal.models import JournalEntry
from suppliers.people.models import Role
from tests import factories
from tests.orders import records
from tests.orders.substitutes import (
    DAY,
    LATER,
    PRICE,
    acknowledged,
    change_line,
    deliver,
    other,
    payloads,
    pending,
)


def test_the_buyer_changes_the_product_in_odoo_and_nobody_is_asked_again(odoo, pull, agreed):
    order, odoo_id = agreed(other("8", LATER))
    assert [(row["product_qty"], row["price_unit"]) for row in odoo.lines(odoo_id)] == [(10, 4.5)]
    assert any("Change 1 line as agreed" in summary for summary in odoo.questions(odoo_id))
    assert not any(row["acknowledged"] for row in acknowledged(odoo, odoo_id))
    product = odoo.product("BX-200")
    # Price and day as agreed; the quantity is forgotten.
    change_line(odoo, odoo_id, product_id=product, product_qty=10, price_unit=4.8)
    pull()
    order.refresh_from_db()
    line = order.lines.get()
    assert (line.state, line.awaited_change, line.product_code) == (LineState.AGREED, None, "BX-200")
    assert (line.asked_quantity, line.asked_on) == (8, LATER)
    assert order.summary == OrderSummary.AGREED
    assert JournalEntry.objects.filter(verb="order.settled").count() == 1
    # What else was agreed follows by itself, and the acknowledgement that had waited.
    assert deliver(order) == {Status.DELIVERED}
    (row,) = odoo.lines(odoo_id)
    assert (row["product_qty"], row["price_unit"], row["date_planned"][:10]) == (8, 4.8, "2026-12-20")
    assert all(row["acknowledged"] for row in acknowledged(odoo, odoo_id))
    pull()
    order.refresh_from_db()
    assert (order.summary, order.acknowledged_in_odoo) == (OrderSummary.AGREED, True)
    assert OrderRevision.objects.filter(order=order).count() == 2


def test_another_product_than_the_agreed_one_is_asked_about(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    change_line(odoo, odoo_id, product_id=odoo.product("BX-300"), price_unit=4.8)
    pull()
    line = order.lines.get()
    assert (line.state, line.awaited_change) == (LineState.ASKED, None)


def test_another_price_than_the_agreed_one_is_asked_about(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    change_line(odoo, odoo_id, product_id=odoo.product("BX-200"), price_unit=9.9)
    pull()
    line = order.lines.get()
    assert (line.state, line.awaited_change) == (LineState.ASKED, None)


def test_a_new_line_for_the_rest_is_agreed_when_it_comes(odoo, pull, agreed):
    order, odoo_id = agreed(Part(Decimal(6), DAY, PRICE), other("4"))
    assert [row["product_qty"] for row in odoo.lines(odoo_id)] == [6]
    pull()
    assert order.lines.get().awaited_change is not None
    odoo.create(
        "purchase.order.line",
        order_id=odoo_id,
        product_id=odoo.product("BX-200"),
        product_qty=4,
        price_unit=4.8,
        date_planned="2026-12-15 11:00:00",
    )
    pull()
    states = order.lines.order_by("pk").values_list("state", "awaited_change", "promised_on")
    assert list(states) == [(LineState.AGREED, None, DAY), (LineState.AGREED, None, DAY)]
    assert deliver(order) == {Status.DELIVERED}
    assert all(row["acknowledged"] for row in acknowledged(odoo, odoo_id))


def test_another_line_in_its_place_settles_it_too(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    change_line(odoo, odoo_id, product_qty=0, price_unit=4.5)
    odoo.create(
        "purchase.order.line",
        order_id=odoo_id,
        product_id=odoo.product("BX-200"),
        product_qty=10,
        price_unit=4.8,
        date_planned="2026-12-15 11:00:00",
    )
    pull()
    states = order.lines.order_by("pk").values_list("state", "awaited_change")
    assert list(states) == [(LineState.CANCELLED, None), (LineState.AGREED, None)]


def test_a_line_that_was_received_in_part_keeps_that_part(cast, answer):
    company = cast.northwind
    before = records.order(77, company.odoo_company_id, records.line(770, received=Decimal(4)))
    apply_orders(company.connection, [before], now=factories.NOW)
    order = PurchaseOrder.objects.get(odoo_id=77)
    sally = factories.member(factories.user("Sally Seller"), order.supplier, Role.SALES)
    answer({order.lines.get(): [other("6")]}, of=order, by=sally)
    approve_lines(order, by=cast.bea, answer_ids=[pending(order.lines.get()).pk], at=factories.NOW)
    assert "set it to quantity 4" in payloads()[-1]["to_change"]["body_html"]
    rest = records.line(
        771, product_code="BX-200", quantity=Decimal(6), unit_price=Decimal("4.80"), product_id=99
    )
    old = records.line(770, received=Decimal(4), quantity=Decimal(4))
    after = records.order(77, company.odoo_company_id, old, rest)
    apply_orders(company.connection, [after], now=factories.NOW)
    states = order.lines.order_by("odoo_id").values_list("state", "awaited_change", "asked_quantity")
    assert list(states) == [(LineState.AGREED, None, 4), (LineState.AGREED, None, 6)]
    assert payloads()[-1]["lines"] == []
    assert payloads()[-1]["acknowledge"]
