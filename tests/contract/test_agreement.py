"""Agreements into Odoo: one write per line, receipts moved, conflicts found, repeats harmless."""

from decimal import Decimal

import pytest

from integrations.errors import FaultClass, NeedsAttention, TryLater
from tests.contract.stage import DUE_AT, LATER_AT, agreed, moment, number

LINE = "purchase.order.line"


def test_a_quantity_written_alone_resets_price_and_date(odoo):
    """The trap that AgreementWriter avoids."""
    vendor, product = odoo.vendor(), odoo.product()
    odoo.price_list(vendor, product)
    wanted = {"product_id": product, "product_qty": 10.0, "price_unit": 4.5}
    order = odoo.order(vendor=vendor, order_line=[[0, 0, wanted | {"date_planned": "2027-01-15 12:00:00"}]])
    (line,) = odoo.record(order).lines
    odoo.do(LINE, "write", line.odoo_id, vals={"product_qty": 12.0})
    (line,) = odoo.record(order).lines
    assert (line.quantity, line.unit_price) == (12, 3)
    assert line.planned_at != DUE_AT


@pytest.mark.parametrize("quantity", [8, 12])
def test_all_in_one_write_keeps_all_and_changes_the_receipt(odoo, quantity):
    vendor, product = odoo.vendor(), odoo.product()
    odoo.price_list(vendor, product)
    wanted = {"product_id": product, "product_qty": 10.0, "price_unit": 4.5}
    order = odoo.order(vendor=vendor, order_line=[[0, 0, wanted | {"date_planned": "2027-01-15 12:00:00"}]])
    (line,) = odoo.record(order).lines
    target = agreed(line, quantity=Decimal(quantity), unit_price=Decimal("4.25"), planned_at=LATER_AT)
    odoo.gateway.visit(order).write_agreement([target], receipt_at=LATER_AT)
    (line,) = odoo.record(order).lines
    assert (line.quantity, line.unit_price, line.planned_at) == (quantity, Decimal("4.25"), LATER_AT)
    (receipt,) = odoo.receipts(order)
    moves = odoo.buyer.call("stock.move", "read", receipt["move_ids"], fields=["product_uom_qty", "state"])
    assert sum(move["product_uom_qty"] for move in moves if move["state"] != "cancel") == quantity


def test_a_lines_date_alone_does_not_move_the_receipt(odoo):
    order = odoo.order()
    (line,) = odoo.record(order).lines
    (before,) = odoo.receipts(order)
    odoo.do(LINE, "write", line.odoo_id, vals={"date_planned": "2027-02-03 12:00:00"})
    (after,) = odoo.receipts(order)
    assert after["scheduled_date"] == before["scheduled_date"]
    assert moment(after["date_deadline"]) == LATER_AT


def test_an_agreement_moves_the_receipt(odoo):
    order = odoo.order(lines=2)
    lines = odoo.record(order).lines
    odoo.gateway.visit(order).write_agreement(
        [agreed(line, planned_at=LATER_AT) for line in lines], receipt_at=LATER_AT
    )
    (receipt,) = odoo.receipts(order)
    assert moment(receipt["scheduled_date"]) == LATER_AT
    assert odoo.record(order).planned_at == LATER_AT


def test_only_what_is_still_to_come_is_moved(odoo):
    order = odoo.order()
    odoo.receive(order, 4.0)
    (line,) = odoo.record(order).lines
    assert line.received == 4
    odoo.gateway.visit(order).write_agreement([agreed(line, planned_at=LATER_AT)], receipt_at=LATER_AT)
    done, back_order = odoo.receipts(order)
    assert done["state"] == "done"
    assert moment(done["scheduled_date"]) != LATER_AT
    assert moment(back_order["scheduled_date"]) == LATER_AT


def test_a_repeat_writes_nothing(odoo):
    order = odoo.order()
    target = [agreed(line, quantity=Decimal(12), planned_at=LATER_AT) for line in odoo.record(order).lines]
    odoo.gateway.visit(order).write_agreement(target, receipt_at=LATER_AT)
    gateway, client = odoo.recording()
    gateway.visit(order).write_agreement(target, receipt_at=LATER_AT)
    assert client.writes == []


def test_only_lines_that_differ_are_written(odoo):
    order = odoo.order(lines=3)
    first, *others = odoo.record(order).lines
    gateway, client = odoo.recording()
    target = [agreed(first, unit_price=Decimal("4.40")), *(agreed(line) for line in others)]
    gateway.visit(order).write_agreement(target, receipt_at=None)
    assert client.writes == [(LINE, "write")]


def test_a_lost_reply_is_made_good_by_a_repeat(odoo):
    order = odoo.order(lines=2)
    target = [agreed(line, unit_price=Decimal("4.40")) for line in odoo.record(order).lines]
    gateway, client = odoo.recording()
    client.lose_reply_of = (LINE, "write")
    with pytest.raises(TryLater):
        gateway.visit(order).write_agreement(target, receipt_at=LATER_AT)
    gateway.visit(order).write_agreement(target, receipt_at=LATER_AT)
    assert [line.unit_price for line in odoo.record(order).lines] == [Decimal("4.4")] * 2
    assert client.writes.count((LINE, "write")) == 2


def test_a_line_changed_in_odoo_meanwhile_is_a_conflict_and_nothing_is_written(odoo):
    order = odoo.order(lines=2)
    first, second = odoo.record(order).lines
    target = [agreed(line, planned_at=LATER_AT) for line in (first, second)]
    changed = {"product_qty": 11.0, "price_unit": 4.5, "date_planned": "2027-01-15 12:00:00"}
    odoo.do(LINE, "write", second.odoo_id, vals=changed)
    with pytest.raises(NeedsAttention, match="changed in Odoo meanwhile") as refused:
        odoo.gateway.visit(order).write_agreement(target, receipt_at=LATER_AT)
    assert refused.value.fault == FaultClass.CONFLICT
    assert odoo.record(order).lines[0].planned_at == DUE_AT


def test_a_cancelled_order_is_a_conflict(odoo):
    order = odoo.order()
    target = [agreed(line, planned_at=LATER_AT) for line in odoo.record(order).lines]
    odoo.do("purchase.order", "button_cancel", order)
    assert odoo.record(order).state == "cancel"
    with pytest.raises(NeedsAttention, match="cancelled") as refused:
        odoo.gateway.visit(order).write_agreement(target, receipt_at=LATER_AT)
    assert refused.value.fault == FaultClass.CONFLICT


def test_a_deleted_order_is_a_conflict(odoo):
    order = odoo.order()
    target = [agreed(line, planned_at=LATER_AT) for line in odoo.record(order).lines]
    odoo.do("purchase.order", "button_cancel", order)
    odoo.do("purchase.order", "unlink", order)
    with pytest.raises(NeedsAttention, match="gone") as refused:
        odoo.gateway.visit(order).write_agreement(target, receipt_at=LATER_AT)
    assert refused.value.fault == FaultClass.CONFLICT
    assert odoo.gateway.orders([order]) == []


def test_a_locked_order_takes_what_was_agreed(odoo):
    order = odoo.order()
    odoo.do("purchase.order", odoo.gateway.dialect.lock, order)
    target = [agreed(line, quantity=Decimal(12)) for line in odoo.record(order).lines]
    odoo.gateway.visit(order).write_agreement(target, receipt_at=LATER_AT)
    record = odoo.record(order)
    assert (record.state, record.lines[0].quantity) == ("locked", 12)


def test_more_places_than_odoo_keeps_are_refused_before_anything_is_written(odoo):
    order = odoo.order()
    (line,) = odoo.record(order).lines
    gateway, client = odoo.recording()
    with pytest.raises(NeedsAttention, match="decimal places"):
        gateway.visit(order).write_agreement([agreed(line, quantity=Decimal("10.1234"))], receipt_at=None)
    assert client.writes == []
    assert number(odoo.row(LINE, line.odoo_id, "product_qty")["product_qty"]) == 10


def test_a_discount_is_kept(odoo):
    order = odoo.order()
    (line,) = odoo.record(order).lines
    odoo.gateway.visit(order).write_agreement([agreed(line, discount=Decimal("2.5"))], receipt_at=None)
    (line,) = odoo.record(order).lines
    assert line.discount == Decimal("2.5")
    assert line.subtotal < 45
