"""What writing to a confirmed order sets off: deadlines, prices from the price list, receipts, notes."""

from __future__ import annotations

import pytest

FAR = "2027-01-20 12:00:00"


@pytest.fixture
def priced(house):
    """A confirmed order of 10 at 4.50 due 15 December; the price list says 3.00 and 30 days."""
    vendor, product = house.vendor(), house.product()
    house.price(vendor, product, 3.0, delay=30)
    return house.order(house.line(product), vendor=vendor, date_order="2026-11-23 08:00:00")


def the_line(house, order):
    return house.service.one("purchase.order.line", house.lines(order)[0])


def bodies(house, order):
    domain = [["model", "=", "purchase.order"], ["res_id", "=", order]]
    return [message["body"] for message in house.service.all("mail.message", domain, "body")]


def transfers(house, order):
    """(kind, demand) of every open move."""
    moves = house.service.all(
        "stock.move",
        [["purchase_line_id.order_id", "=", order], ["state", "!=", "cancel"]],
        "picking_code",
        "product_uom_qty",
        order="id",
    )
    return [(move["picking_code"], move["product_uom_qty"]) for move in moves]


def test_a_new_date_moves_deadlines_but_not_the_plan_of_the_receipt(house):
    order = house.order()
    (picking,) = house.receipts(order)
    house.service("purchase.order.line", "write", house.lines(order), {"date_planned": FAR})
    (move,) = house.moves(order)
    assert (move["date_deadline"], move["date"]) == (FAR, "2026-12-15 12:00:00")
    found = house.service.one("stock.picking", picking, "scheduled_date", "date_deadline")
    assert (found["scheduled_date"], found["date_deadline"]) == ("2026-12-15 12:00:00", FAR)
    assert house.service.one("purchase.order", order, "date_planned")["date_planned"] == FAR
    assert house.service("mail.activity", "search_count", [["res_id", "=", order]]) == 0
    assert not any("date" in str(body).lower() for body in bodies(house, order))


def test_the_orders_own_date_stays_with_the_order(house):
    order = house.order()
    house.service("purchase.order", "write", [order], {"date_planned": FAR})
    assert house.service.one("purchase.order", order, "date_planned")["date_planned"] == FAR
    assert the_line(house, order)["date_planned"] == "2026-12-15 12:00:00"


def test_a_new_price_reaches_open_moves_and_is_tracked_as_a_total_only(house):
    order = house.order()
    house.service("purchase.order.line", "write", house.lines(order), {"price_unit": 5.25})
    (move,) = house.moves(order, "price_unit")
    assert move["price_unit"] == 5.25
    assert house.service.one("purchase.order", order, "amount_untaxed")["amount_untaxed"] == 52.5
    assert not any("5.25" in str(body) for body in bodies(house, order))


def test_quantity_alone_takes_price_and_date_from_the_price_list(house, priced):
    house.service("purchase.order.line", "write", house.lines(priced), {"product_qty": 12})
    line = the_line(house, priced)
    assert (line["product_qty"], line["price_unit"]) == (12, 3.0)
    assert line["date_planned"] == "2026-12-23 08:00:00"
    assert transfers(house, priced) == [("incoming", 10), ("incoming", 2)]
    assert any("Ordered Quantity: 10.0" in str(body) for body in bodies(house, priced))


def test_less_quantity_alone_plans_a_return_instead_of_shrinking_the_receipt(house, priced):
    house.service("purchase.order.line", "write", house.lines(priced), {"product_qty": 8})
    line = the_line(house, priced)
    assert (line["product_qty"], line["price_unit"]) == (8, 3.0)
    assert transfers(house, priced) == [("incoming", 10), ("outgoing", 2)]


def test_19_leaves_a_price_alone_that_was_edited(house, priced):
    lines = house.lines(priced)
    house.service("purchase.order.line", "write", lines, {"price_unit": 4.75})
    house.service("purchase.order.line", "write", lines, {"product_qty": 12})
    line = the_line(house, priced)
    if house.version >= 19:
        assert (line["price_unit"], line["date_planned"]) == (4.75, "2026-12-15 12:00:00")
        assert transfers(house, priced) == [("incoming", 12)]
    else:
        assert (line["price_unit"], line["date_planned"]) == (3.0, "2026-12-23 08:00:00")


@pytest.mark.parametrize("quantity", [8, 12])
def test_quantity_price_and_date_together_are_kept_on_all_versions(house, priced, quantity):
    values = {"product_qty": quantity, "price_unit": 4.6, "date_planned": FAR, "discount": 0.0}
    house.service("purchase.order.line", "write", house.lines(priced), values)
    line = the_line(house, priced)
    assert (line["product_qty"], line["price_unit"], line["date_planned"]) == (quantity, 4.6, FAR)
    assert transfers(house, priced) == [("incoming", quantity)]
    (move,) = house.moves(priced, "date_deadline", "quantity")
    assert (move["date_deadline"], move["quantity"]) == (FAR, quantity)


def test_drafts_are_repriced_too(house):
    vendor, product = house.vendor(), house.product()
    house.price(vendor, product, 3.0, delay=30)
    order = house.order(house.line(product), vendor=vendor, confirmed=False, date_order="2026-11-23 08:00:00")
    house.service("purchase.order.line", "write", house.lines(order), {"product_qty": 12})
    assert the_line(house, order)["price_unit"] == 3.0


def test_the_cheapest_valid_row_counts(house):
    vendor, product = house.vendor(), house.product()
    house.price(vendor, product, 7.5, date_start="2026-01-01", date_end="2026-12-31")
    house.price(vendor, product, 6.9, min_qty=100, discount=5)
    house.price(vendor, product, 1.0, date_start="2027-01-01")
    order = house.order(house.line(product), vendor=vendor, date_order="2026-11-23 08:00:00", confirmed=False)
    house.service("purchase.order.line", "write", house.lines(order), {"product_qty": 50})
    assert the_line(house, order)["price_unit"] == 7.5
    house.service("purchase.order.line", "write", house.lines(order), {"product_qty": 100})
    line = the_line(house, order)
    assert (line["price_unit"], line["discount"], line["price_subtotal"]) == (6.9, 5.0, 655.5)


def test_a_line_added_later_lengthens_the_receipt(house):
    order = house.order()
    product = house.product("Washer")
    house.service("purchase.order", "write", [order], {"order_line": [house.line(product, 4, 1.0)]})
    assert [demand for _, demand in transfers(house, order)] == [10, 4]
    assert len(house.receipts(order)) == 1
    assert any("Extra line with" in str(body) for body in bodies(house, order))


def test_quantity_zero_takes_a_line_off_the_receipt(house):
    order = house.order()
    values = {"product_qty": 0, "price_unit": 4.5, "date_planned": "2026-12-15 12:00:00"}
    house.service("purchase.order.line", "write", house.lines(order), values)
    assert transfers(house, order) == []
    assert house.service.one("purchase.order", order, "amount_total")["amount_total"] == 0.0


def test_a_locked_order_takes_every_write(house):
    order = house.order()
    house.service.nothing("purchase.order", "button_lock" if house.version >= 19 else "button_done", [order])
    house.service(
        "purchase.order.line", "write", house.lines(order), {"date_planned": FAR, "price_unit": 9.0}
    )
    house.service("purchase.order", "write", [order], {"partner_ref": "X"})
    assert (the_line(house, order)["date_planned"], the_line(house, order)["price_unit"]) == (FAR, 9.0)
    (move,) = house.moves(order, "date_deadline")
    assert move["date_deadline"] == FAR
