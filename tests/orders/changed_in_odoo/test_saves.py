"""Zero and a new line: in whichever order and in as many saves as the buyer likes, nobody is asked again."""

from decimal import Decimal

import pytest

from integrations.odoo.records import OdooState
from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.actions import Part, approve_lines
from orders.purchasing.awaited import Awaited
from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary
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
    add_line,
    boxes,
    change_line,
    deliver,
    other,
    pending,
)

OVER = "purchase_order.change_over"


def zero(odoo, odoo_id: int, **values) -> None:
    """Set the first line to nothing, as Odoo's form does: the price goes with it."""
    line = odoo.lines(odoo_id)[0]
    odoo.write("purchase.order.line", line["id"], **{"product_qty": 0, **values})


def states(order: PurchaseOrder) -> list[tuple[str, bool]]:
    """State of each line, and whether it waits to be changed in Odoo."""
    rows = order.lines.order_by("odoo_id").values_list("state", "awaited_change")
    return [(state, awaited is not None) for state, awaited in rows]


def check_settled(odoo, order: PurchaseOrder, odoo_id: int) -> None:
    order.refresh_from_db()
    assert states(order) == [(LineState.CANCELLED, False), (LineState.AGREED, False)]
    assert order.summary == OrderSummary.AGREED
    new = order.lines.get(state=LineState.AGREED)
    assert (new.asked_quantity, new.promised_on, new.first_promised_on) == (10, DAY, DAY)
    assert JournalEntry.objects.filter(verb="order.settled").count() == 1
    assert deliver(order) == {Status.DELIVERED}
    assert not any(summary.startswith("Change ") for summary in odoo.questions(odoo_id))
    assert all(row["acknowledged"] for row in acknowledged(odoo, odoo_id))


def test_zero_first_then_the_new_line(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    zero(odoo, odoo_id)
    for _ in range(2):
        pull()
    order.refresh_from_db()
    line = order.lines.get()
    assert (states(order), order.summary) == ([(LineState.AGREED, True)], OrderSummary.AGREED)
    assert (line.quantity, Awaited.read(line.awaited_change).own) == (0, (other(),))
    assert not OutboxMessage.objects.filter(topic=OVER).exists()
    assert not any(row["acknowledged"] for row in acknowledged(odoo, odoo_id))
    add_line(odoo, odoo_id, "BX-200", 10)
    for _ in range(2):
        pull()
    check_settled(odoo, order, odoo_id)


def test_the_new_line_first_then_zero(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    add_line(odoo, odoo_id, "BX-200", 10)
    for _ in range(2):
        pull()
    assert states(order) == [(LineState.AGREED, True), (LineState.AGREED, False)]
    assert not OutboxMessage.objects.filter(topic=OVER).exists()
    old, new = order.lines.order_by("odoo_id")
    assert Awaited.read(old.awaited_change).taken_by == new.odoo_id
    zero(odoo, odoo_id)
    for _ in range(2):
        pull()
    check_settled(odoo, order, odoo_id)


@pytest.mark.parametrize("first", ["zero", "new line"])
def test_both_in_one_save(odoo, pull, agreed, first):
    order, odoo_id = agreed(other())
    steps = [lambda: zero(odoo, odoo_id), lambda: add_line(odoo, odoo_id, "BX-200", 10)]
    for step in steps if first == "zero" else reversed(steps):
        step()
    pull()
    check_settled(odoo, order, odoo_id)


def test_the_supplier_is_not_mailed_about_a_change_that_was_agreed(odoo, pull, agreed):
    _, odoo_id = agreed(other())
    before = OutboxMessage.objects.exclude(topic__startswith="purchase_order").count()
    zero(odoo, odoo_id)
    pull()
    add_line(odoo, odoo_id, "BX-200", 10)
    pull()
    assert OutboxMessage.objects.exclude(topic__startswith="purchase_order").count() == before


@pytest.mark.parametrize(
    ("code", "quantity", "price", "on"),
    [
        ("BX-300", 10, 4.8, "2026-12-15"),
        ("BX-200", 9, 4.8, "2026-12-15"),
        ("BX-200", 10, 4.9, "2026-12-15"),
        ("BX-200", 10, 4.8, "2026-12-20"),
    ],
    ids=["product", "quantity", "price", "day"],
)
@pytest.mark.parametrize("first", ["zero", "new line"])
def test_a_new_line_with_something_else_is_asked_about(odoo, pull, agreed, first, code, quantity, price, on):
    order, odoo_id = agreed(other())
    steps = [
        lambda: zero(odoo, odoo_id),
        lambda: add_line(odoo, odoo_id, code, quantity, price_unit=price, date_planned=f"{on} 11:00:00"),
    ]
    for step in steps if first == "zero" else reversed(steps):
        step()
        pull()
    # Another product is no substitute; the agreed one with other values is, as soon as the supplier says so.
    old = (LineState.AGREED, True) if code == "BX-300" else (LineState.CANCELLED, False)
    assert states(order) == [old, (LineState.ASKED, False)]


def test_another_product_in_the_agreed_unit_is_no_substitute(odoo, pull, agreed):
    """What was agreed is the ordered product, in another unit."""
    unit = odoo.read("uom.uom", [("name", "=", "Dozens")], "name")[0]
    order, odoo_id = agreed(boxes(unit="Dozens"))
    name = "product_uom_id" if odoo.server.version >= 19 else "product_uom"
    values = {"price_unit": 22, "date_planned": "2026-12-15 11:00:00", name: unit["id"]}
    add_line(odoo, odoo_id, "BX-999", 2, **values)
    pull()
    assert states(order) == [(LineState.AGREED, True), (LineState.ASKED, False)]
    product = odoo.read("purchase.order.line", [("order_id", "=", odoo_id)], "product_id")[0]["product_id"][0]
    odoo.create("purchase.order.line", order_id=odoo_id, product_id=product, product_qty=2, **values)
    zero(odoo, odoo_id)
    pull()
    assert states(order) == [
        (LineState.CANCELLED, False),
        (LineState.ASKED, False),
        (LineState.AGREED, False),
    ]


def test_two_products_instead_of_one_come_line_by_line(odoo, pull, agreed):
    order, odoo_id = agreed(other("6"), other("4", code="BX-300"))
    for step in (
        lambda: add_line(odoo, odoo_id, "BX-300", 4),
        lambda: zero(odoo, odoo_id),
        lambda: add_line(odoo, odoo_id, "BX-200", 6),
    ):
        assert states(order)[0] == (LineState.AGREED, True)
        step()
        pull()
    assert states(order) == [
        (LineState.CANCELLED, False),
        (LineState.AGREED, False),
        (LineState.AGREED, False),
    ]


def test_a_place_is_open_again_when_the_new_line_goes(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    add_line(odoo, odoo_id, "BX-200", 10)
    pull()
    odoo.write("purchase.order.line", odoo.lines(odoo_id)[1]["id"], product_qty=0)
    pull()
    old = order.lines.order_by("odoo_id").first()
    assert Awaited.read(old.awaited_change).taken_by == 0
    assert states(order) == [(LineState.AGREED, True), (LineState.CANCELLED, False)]
    add_line(odoo, odoo_id, "BX-200", 10)
    zero(odoo, odoo_id)
    pull()
    assert [state for state, _ in states(order)] == ["CANCELLED", "CANCELLED", "AGREED"]


def test_going_back_to_the_ordered_product_is_asked_about(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    zero(odoo, odoo_id)
    pull()
    change_line(odoo, odoo_id, product_qty=10, price_unit=4.5)
    pull()
    assert states(order) == [(LineState.ASKED, False)]
    assert deliver(order) == {Status.DELIVERED}
    assert not any(summary.startswith("Change ") for summary in odoo.questions(odoo_id))


def test_a_cancelled_order_waits_for_nothing(odoo, pull, agreed):
    order, odoo_id = agreed(other())
    zero(odoo, odoo_id)
    pull()
    odoo.client.call("purchase.order", "button_cancel", [odoo_id])
    pull()
    order.refresh_from_db()
    assert (order.state, states(order)) == (OrderState.CANCELLED, [(LineState.CANCELLED, False)])


def test_a_line_of_a_mixed_agreement_that_is_set_to_zero_is_cancelled(odoo, pull, agreed):
    """Six of what was ordered were to come as well: that is not what was agreed."""
    order, odoo_id = agreed(Part(Decimal(6), LATER, PRICE), other("4", LATER))
    zero(odoo, odoo_id)
    pull()
    assert states(order) == [(LineState.CANCELLED, False)]


def test_a_line_deleted_from_a_request_waits_for_its_substitute(cast, answer):
    """Of a request Odoo lets buyers delete lines."""
    company, rfq = cast.northwind, {"state": OdooState.SENT}

    def read(*lines):
        record = records.order(77, company.odoo_company_id, *lines, **rfq)
        apply_orders(company.connection, [record], now=factories.NOW)

    kept = records.line(771)
    read(records.line(770), kept)
    order = PurchaseOrder.objects.get(odoo_id=77)
    sally = factories.member(factories.user("Sally Seller"), order.supplier, Role.SALES)
    line = order.lines.get(odoo_id=770)
    answer({line: [other()]}, of=order, by=sally)
    approve_lines(order, by=cast.bea, answer_ids=[pending(line).pk], at=factories.NOW)
    for _ in range(2):
        read(kept)
        assert states(order) == [(LineState.AGREED, True), (LineState.ASKED, False)]
    new = records.line(772, product_code="BX-200", unit_price=Decimal("4.80"), product_id=99)
    for _ in range(2):
        read(kept, new)
        assert states(order)[0::2] == [(LineState.CANCELLED, False), (LineState.AGREED, False)]
    assert OutboxMessage.objects.filter(topic=OVER).count() == 1
    assert OrderRevision.objects.filter(order=order).count() == 3
