"""The life of a purchase order on each version: confirm, approve, lock, cancel, delete."""

from __future__ import annotations

import pytest


def state(house, order):
    return house.service.one("purchase.order", order, "state")["state"]


def receive_all(house, order):
    for picking in house.receipts(order):
        assert house.service("stock.picking", "button_validate", [picking]) is True


def test_a_new_order_is_a_request_with_the_recorded_defaults(house):
    order = house.order(confirmed=False, partner_ref="SO-777")
    found = house.service.one("purchase.order", order)
    assert found["state"] == "draft"
    assert found["name"].startswith("P0")
    assert found["partner_ref"] == "SO-777"
    assert found["date_planned"] == "2026-12-15 12:00:00"
    assert (found["date_approve"], found["receipt_status"], found["invoice_status"]) == (False, False, "no")
    assert found["company_id"] == [1, "Northwind Distribution"]
    assert found["user_id"][0] == house.service.uid
    line = house.service.one("purchase.order.line", found["order_line"][0])
    assert (line["product_qty"], line["price_unit"], line["price_subtotal"]) == (10.0, 4.5, 45.0)
    assert (line["sequence"], line["display_type"], line["qty_received_method"]) == (10, False, "stock_moves")


def test_taxes_are_rounded_per_line_up_to_18_and_per_order_on_19(house):
    lines = [house.line(house.product(), quantity=1, price=0.02) for _ in range(3)]
    found = house.service.one("purchase.order", house.order(*lines, confirmed=False))
    # 21 % of 0.02 is 0.0042: nothing per line, one cent on 0.06.
    assert found["amount_untaxed"] == 0.06
    assert found["amount_tax"] == (0.01 if house.version >= 19 else 0.0)


def test_confirming_makes_a_receipt_and_remembers_the_price(house):
    product = house.product()
    order = house.order(house.line(product))
    found = house.service.one(
        "purchase.order", order, "state", "date_approve", "receipt_status", "picking_ids"
    )
    assert found["state"] == "purchase"
    assert found["date_approve"]
    assert found["receipt_status"] == "pending"
    assert found["picking_ids"] == house.receipts(order)
    (move,) = house.moves(order)
    assert (move["product_uom_qty"], move["quantity"], move["picked"], move["state"]) == (
        10,
        10,
        False,
        "assigned",
    )
    assert move["date_deadline"] == "2026-12-15 12:00:00"
    assert len(move["move_line_ids"]) == 1
    template = house.admin.one("product.product", product, "product_tmpl_id")["product_tmpl_id"][0]
    (row,) = house.service.all("product.supplierinfo", [["product_tmpl_id", "=", template]])
    assert (row["price"], row["delay"], row["min_qty"]) == (4.5, 0, 1.0)


def test_confirming_adds_no_second_row_to_the_price_list(house):
    vendor, product = house.vendor(), house.product()
    house.price(vendor, product, 3.0)
    house.order(house.line(product), vendor=vendor)
    assert (
        house.service("product.supplierinfo", "search_count", [["product_tmpl_id.name", "=", "Hex bolt"]])
        >= 1
    )
    template = house.admin.one("product.product", product, "product_tmpl_id")["product_tmpl_id"][0]
    assert house.service("product.supplierinfo", "search_count", [["product_tmpl_id", "=", template]]) == 1


def test_a_request_can_simply_be_written_as_sent(house):
    order = house.order(confirmed=False)
    assert house.service("purchase.order", "action_rfq_send", [order])["res_model"] == "mail.compose.message"
    assert state(house, order) == "draft"
    house.service("purchase.order", "write", [order], {"state": "sent"})
    assert state(house, order) == "sent"
    house.service("purchase.order", "button_confirm", [order])
    assert state(house, order) == "purchase"


def test_two_step_approval_answers_the_same_when_nothing_happens(house):
    limit = {"po_double_validation": "two_step", "po_double_validation_amount": 40.0}
    house.admin("res.company", "write", [1], limit)
    try:
        order = house.order()
        assert state(house, order) == "to approve"
        assert house.service("purchase.order", "button_approve", [order]) == {}
        assert state(house, order) == "to approve"
        assert house.admin("purchase.order", "button_approve", [order]) == {}
        assert state(house, order) == "purchase"
    finally:
        house.admin("res.company", "write", [1], {"po_double_validation": "one_step"})


def lock(house, order):
    house.service.nothing("purchase.order", "button_lock" if house.version >= 19 else "button_done", [order])


def test_locking_is_a_state_up_to_18_and_a_flag_on_19(house):
    order = house.order()
    lock(house, order)
    if house.version >= 19:
        assert house.service.one("purchase.order", order, "state", "locked") == {
            "id": order,
            "state": "purchase",
            "locked": True,
        }
    else:
        assert state(house, order) == "done"
    house.service.nothing("purchase.order", "button_unlock", [order])
    assert state(house, order) == "purchase"


def test_methods_of_other_versions_do_not_exist(house):
    order = house.order()
    absent = "button_done" if house.version >= 19 else "button_lock"
    assert "AttributeError" in house.service.refused("purchase.order", absent, [order]).faultString
    if house.version < 19:
        fault = house.service.refused("purchase.order", "action_acknowledge", [order])
        assert "AttributeError" in fault.faultString


def test_a_company_may_lock_at_confirmation(house):
    house.admin("res.company", "write", [1], {"po_lock": "lock"})
    try:
        order = house.order()
    finally:
        house.admin("res.company", "write", [1], {"po_lock": "edit"})
    assert house.service.one("purchase.order", order, "state")["state"] == (
        "purchase" if house.version >= 19 else "done"
    )


def test_cancelling_cancels_the_receipt(house):
    order = house.order()
    house.service.nothing("purchase.order", "button_cancel", [order])
    assert state(house, order) == "cancel"
    (picking,) = house.service.all("stock.picking", [["purchase_id", "=", order]], "state")
    assert picking["state"] == "cancel"
    assert house.service.one("purchase.order", order, "receipt_status")["receipt_status"] is False


def test_a_locked_order_can_be_cancelled_up_to_18_only(house):
    order = house.order(partner_ref="SO-777")
    lock(house, order)
    if house.version < 19:
        house.service.nothing("purchase.order", "button_cancel", [order])
        assert state(house, order) == "cancel"
    else:
        name = house.service.one("purchase.order", order, "name")["name"]
        fault = house.service.refused("purchase.order", "button_cancel", [order])
        text = f"Unable to cancel purchase order(s): {name} (SO-777). You must first unlock them."
        assert (fault.faultCode, fault.faultString) == (2, text)


def test_cancelling_after_a_receipt_is_refused_up_to_18_and_allowed_on_19(house):
    order = house.order()
    receive_all(house, order)
    if house.version < 19:
        fault = house.service.refused("purchase.order", "button_cancel", [order])
        assert fault.faultCode == 2
        assert state(house, order) == "purchase"
    else:
        house.service.nothing("purchase.order", "button_cancel", [order])
        found = house.service.one("purchase.order", order, "state", "receipt_status")
        assert (found["state"], found["receipt_status"]) == ("cancel", "full")


def test_back_to_draft_and_confirmed_again_makes_a_new_receipt(house):
    order = house.order()
    house.service.nothing("purchase.order", "button_cancel", [order])
    house.service("purchase.order", "button_draft", [order])
    house.service("purchase.order", "button_confirm", [order])
    states = [
        p["state"]
        for p in house.service.all("stock.picking", [["purchase_id", "=", order]], "state", order="id")
    ]
    assert states == ["cancel", "assigned"]


def test_only_cancelled_orders_can_be_deleted(house):
    order = house.order()
    assert (
        "you must cancel it first" in house.service.refused("purchase.order", "unlink", [order]).faultString
    )
    house.service.nothing("purchase.order", "button_cancel", [order])
    lines = house.lines(order)
    assert house.service("purchase.order", "unlink", [order]) is True
    assert house.service("purchase.order", "read", [order], ["name"]) == []
    assert house.service("purchase.order.line", "search", [["id", "in", lines]]) == []


def test_lines_of_a_confirmed_order_cannot_be_deleted(house):
    order = house.order()
    fault = house.service.refused("purchase.order.line", "unlink", house.lines(order))
    assert fault.faultCode == 2
    assert "Cannot delete a purchase order line" in fault.faultString


def test_acknowledging_by_version(house):
    order = house.order()
    if house.version >= 19:
        house.service.nothing("purchase.order", "action_acknowledge", [order])
        assert house.service.one("purchase.order", order, "acknowledged")["acknowledged"] is True
    else:
        house.service("purchase.order", "write", [order], {"mail_reception_confirmed": True})
        house.service.nothing("purchase.order", "confirm_reminder_mail", [order])
        flags = house.service.one(
            "purchase.order", order, "mail_reception_confirmed", "mail_reminder_confirmed"
        )
        assert flags == {"id": order, "mail_reception_confirmed": True, "mail_reminder_confirmed": True}


@pytest.mark.parametrize("price", [None, 7.25])
def test_a_line_without_price_gets_that_of_the_smallest_quantity(house, price):
    vendor, product = house.vendor(), house.product()
    house.price(vendor, product, 6.9, min_qty=100, delay=7)
    house.price(vendor, product, 7.5, min_qty=1, delay=9)
    values = {"product_id": product, "product_qty": 200}
    if price:
        values["price_unit"] = price
    order = house.order([0, 0, values], vendor=vendor, confirmed=False, date_order="2026-11-01 08:00:00")
    line = house.service.one("purchase.order.line", house.lines(order)[0])
    assert line["price_unit"] == (price or 7.5)
    assert line["date_planned"] == "2026-11-10 08:00:00"


def test_a_date_for_the_whole_order_wins_at_creation_and_is_not_passed_on(house):
    order = house.order(house.line(house.product()), confirmed=False, date_planned="2026-12-31 12:00:00")
    assert house.service.one("purchase.order", order, "date_planned")["date_planned"] == "2026-12-31 12:00:00"
    line = house.service.one("purchase.order.line", house.lines(order)[0], "date_planned")
    assert line["date_planned"] == "2026-12-15 12:00:00"
