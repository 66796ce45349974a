"""Receipts: announcing, validating, partial and over-delivery, backorders, lots."""

from __future__ import annotations

import pytest


@pytest.fixture
def order(house):
    """100 of one product and 50 of another, confirmed."""
    first, second = house.product("Lot part"), house.product("Plain part")
    return house.order(house.line(first, 100), house.line(second, 50))


def received(house, order):
    lines = house.service.all("purchase.order.line", [["order_id", "=", order]], "qty_received", order="id")
    return [line["qty_received"] for line in lines]


def status(house, order):
    return house.service.one("purchase.order", order, "receipt_status")["receipt_status"]


def announce(house, order, *quantities):
    for move, quantity in zip(house.moves(order, "id"), quantities, strict=True):
        house.service("stock.move", "write", [move["id"]], {"quantity": quantity})


def test_an_announced_date_moves_the_plan(house, order):
    (picking,) = house.receipts(order)
    values = {"scheduled_date": "2026-12-10 08:00:00", "origin": "P1 / ASN-0001"}
    house.service("stock.picking", "write", [picking], values)
    assert {move["date"] for move in house.moves(order, "date")} == {"2026-12-10 08:00:00"}
    found = house.service.one("stock.picking", picking, "scheduled_date", "origin")
    assert (found["scheduled_date"], found["origin"]) == ("2026-12-10 08:00:00", "P1 / ASN-0001")


def test_a_full_receipt(house, order):
    (picking,) = house.receipts(order)
    assert house.service("stock.picking", "button_validate", [picking]) is True
    found = house.service.one("stock.picking", picking, "state", "date_done")
    assert found["state"] == "done"
    assert found["date_done"]
    assert received(house, order) == [100, 50]
    told = house.service.one("purchase.order", order, "receipt_status", "effective_date", "invoice_status")
    assert told["receipt_status"] == "full"
    assert told["effective_date"] == found["date_done"]
    assert told["invoice_status"] == "to invoice"


def test_a_partial_receipt_asks_what_to_do_with_the_rest(house, order):
    announce(house, order, 60, 30)
    (picking,) = house.receipts(order)
    question = house.service("stock.picking", "button_validate", [picking])
    assert question["res_model"] == "stock.backorder.confirmation"
    assert question["context"]["button_validate_picking_ids"] == [picking]
    assert status(house, order) == "pending"
    line = [0, 0, {"to_backorder": True, "picking_id": picking}]
    values = {"pick_ids": [[6, 0, [picking]]], "backorder_confirmation_line_ids": [line]}
    wizard = house.service(question["res_model"], "create", values, context=question["context"])
    assert house.service(question["res_model"], "process", [wizard], context=question["context"]) is True
    assert received(house, order) == [60, 30]
    assert status(house, order) == "partial"


def test_skip_backorder_makes_the_backorder_without_asking(house, order):
    announce(house, order, 60, 30)
    (picking,) = house.receipts(order)
    assert (
        house.service("stock.picking", "button_validate", [picking], context={"skip_backorder": True}) is True
    )
    first, second = house.receipts(order)
    assert house.service.one("stock.picking", second, "backorder_id")["backorder_id"][0] == first
    rest = house.service.all("stock.move", [["picking_id", "=", second]], "product_uom_qty", order="id")
    assert [move["product_uom_qty"] for move in rest] == [40, 20]
    assert status(house, order) == "partial"
    assert house.service("stock.picking", "button_validate", [second]) is True
    assert received(house, order) == [100, 50]
    assert status(house, order) == "full"


def test_the_rest_can_be_given_up(house, order):
    announce(house, order, 60, 50)
    (picking,) = house.receipts(order)
    context = {"skip_backorder": True, "picking_ids_not_to_backorder": [picking]}
    house.service("stock.picking", "button_validate", [picking], context=context)
    assert house.receipts(order) == [picking]
    assert received(house, order) == [60, 50]
    # "full" says that every transfer is over, not that everything came.
    assert status(house, order) == "full"


def test_too_much_is_taken_silently(house, order):
    announce(house, order, 100, 55)
    (picking,) = house.receipts(order)
    assert house.service("stock.picking", "button_validate", [picking]) is True
    assert received(house, order) == [100, 55]


def test_when_anything_is_picked_only_what_is_picked_counts(house, order):
    first, _ = house.moves(order, "id")
    house.service("stock.move", "write", [first["id"]], {"picked": True})
    (picking,) = house.receipts(order)
    house.service("stock.picking", "button_validate", [picking], context={"skip_backorder": True})
    assert received(house, order) == [100, 0]


def test_nothing_entered_cannot_be_validated(house, order):
    announce(house, order, 0, 0)
    fault = house.service.refused("stock.picking", "button_validate", house.receipts(order))
    assert fault.faultCode == 2


def test_lots_and_packages_replace_the_lines_of_a_move(house, order):
    package = "stock.package" if house.version >= 19 else "stock.quant.package"
    box = house.service(package, "create", {"name": "SSCC-00340123456789012345"})
    move = house.moves(order)[0]
    new = {
        "product_id": move["product_id"][0],
        "product_uom_id": move["product_uom"][0],
        "result_package_id": box,
    }
    places = {"picking_id": move["picking_id"][0], "location_id": move["location_id"][0]}
    places["location_dest_id"] = move["location_dest_id"][0]
    orders = [[2, move["move_line_ids"][0], 0]]
    orders += [
        [0, 0, {**new, **places, "quantity": q, "lot_name": lot}] for q, lot in ((40, "LOT-A"), (20, "LOT-B"))
    ]
    house.service("stock.move", "write", [move["id"]], {"move_line_ids": orders})
    found = house.moves(order)[0]
    assert (found["quantity"], len(found["move_line_ids"])) == (60, 2)
    lots = house.service.all(
        "stock.move.line", [["move_id", "=", move["id"]]], "lot_name", "result_package_id"
    )
    assert {line["lot_name"] for line in lots} == {"LOT-A", "LOT-B"}
    assert lots[0]["result_package_id"][0] == box


def test_a_tracked_product_needs_a_lot(house):
    order = house.order(house.line(house.product("Tracked", tracking="lot")))
    fault = house.service.refused("stock.picking", "button_validate", house.receipts(order))
    assert fault.faultString.startswith("You need to supply a Lot/Serial Number for product:")


def test_creating_a_lot_is_broken_on_18(house):
    product = house.product("With lot", tracking="lot")
    values = {"name": "LOT-9", "product_id": product, "company_id": 1}
    if house.version == 18:
        assert (
            "missing 1 required positional"
            in house.service.refused("stock.lot", "create", values).faultString
        )
    else:
        assert house.service("stock.lot", "create", values) > 0
    columns, row = (
        ["id", "name", "product_id/.id", "company_id/.id"],
        ["q.lot9b", "LOT-9B", str(product), "1"],
    )
    assert house.service("stock.lot", "load", columns, [row])["ids"]


def test_splitting_a_transfer_is_new_in_18(house, order):
    announce(house, order, 60, 0)
    (picking,) = house.receipts(order)
    if house.version < 18:
        fault = house.service.refused("stock.picking", "action_split_transfer", [picking])
        assert "AttributeError" in fault.faultString
        return
    house.service.nothing("stock.picking", "action_split_transfer", [picking])
    first, second = house.receipts(order)
    states = {
        p["id"]: p["state"]
        for p in house.service.all("stock.picking", [["purchase_id", "=", order]], "state")
    }
    assert states == {first: "assigned", second: "assigned"}
    split = house.service.all(
        "stock.move", [["purchase_line_id.order_id", "=", order]], "picking_id", "product_uom_qty"
    )
    assert sorted((move["picking_id"][0], move["product_uom_qty"]) for move in split) == [
        (first, 60),
        (second, 40),
        (second, 50),
    ]


def test_ordering_less_than_has_come_is_refused(house, order):
    house.service("stock.picking", "button_validate", house.receipts(order))
    fault = house.service.refused(
        "purchase.order.line", "write", [house.lines(order)[0]], {"product_qty": 40}
    )
    assert fault.faultCode == 2
