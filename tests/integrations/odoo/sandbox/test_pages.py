"""The web page: what a visitor sees and what the buyer's buttons do."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.integrations.odoo.sandbox.conftest import http


def see(house, path):
    return http(house.server.url + path)


def press(house, path, **fields):
    """Post a form; (what the page says, where it goes)."""
    data = urlencode(fields).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": house.server.url}
    answer = http(house.server.url + path, data=data, headers=headers)
    assert answer.status == 303
    target = urlsplit(answer.headers["Location"])
    said = {key: values[0] for key, values in parse_qs(target.query).items()}
    return said, target.path


def test_the_front_page_says_what_it_is_and_lists_orders(house):
    order = house.order()
    name = house.service.one("purchase.order", order, "name")["name"]
    page = see(house, "/")
    assert page.status == 200
    assert "This is the sandbox" in page.text
    assert f"Sandbox Odoo {house.version}" in page.text
    assert ("JSON-2" in page.text) is (house.version >= 19)
    assert name in page.text
    assert "<script" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_orders_can_be_searched_by_number_and_vendor(house):
    order = house.order(vendor=house.vendor("Zebra Zinc"))
    name = house.service.one("purchase.order", order, "name")["name"]
    assert name in see(house, "/?q=zebra").text
    assert name in see(house, f"/?q={name.lower()}").text
    assert "No order matches" in see(house, "/?q=nothing-of-the-kind").text


def test_what_comes_from_outside_is_escaped(house):
    order = house.order(vendor=house.vendor("<script>alert(1)</script>"), partner_ref="<b>ref</b>")
    house.service("purchase.order", "message_post", [order], body="<img src=x onerror=y>", body_is_html=True)
    for path in ("/", f"/orders/{order}", f"/orders/{order}?problem=<script>"):
        text = see(house, path).text
        assert "<script" not in text
        assert "<img" not in text
        assert "<b>ref" not in text


def test_an_unknown_page_is_404(house):
    assert see(house, "/orders/987654").status == 404
    assert see(house, "/nope").status == 404
    assert see(house, "/?page=-5&q=%00").status == 200


def test_a_new_order_from_the_form(house):
    vendor, product = house.vendor("Form vendor"), house.product("Form product")
    house.price(vendor, product, 3.5)
    assert "Form product" in see(house, f"/new?vendor={vendor}").text
    fields = {"vendor": vendor, "product_id0": product, "product_qty0": "12", "date_planned": "2027-02-01"}
    said, path = press(house, "/new", **fields)
    assert "request until you confirm" in said["told"]
    order = int(path.rsplit("/", 1)[1])
    line = house.service.one("purchase.order.line", house.lines(order)[0])
    assert (line["product_qty"], line["price_unit"], line["date_planned"]) == (12, 3.5, "2027-02-01 12:00:00")
    assert house.service.one("purchase.order", order, "user_id")["user_id"][1] == "Bea Janssens"
    press(house, f"/orders/{order}/confirm")
    assert house.service.one("purchase.order", order, "state")["state"] == "purchase"


def test_a_line_can_be_changed_and_added(house):
    order = house.order()
    (line,) = house.lines(order)
    press(
        house, f"/orders/{order}/lines/{line}", product_qty="20", price_unit="4.75", date_planned="2027-01-11"
    )
    found = house.service.one("purchase.order.line", line)
    assert (found["product_qty"], found["price_unit"], found["date_planned"]) == (
        20,
        4.75,
        "2027-01-11 12:00:00",
    )
    press(
        house, f"/orders/{order}/add", product_id=house.product(), product_qty="3", date_planned="2027-01-12"
    )
    assert len(house.lines(order)) == 2


def test_goods_can_be_received_in_part(house):
    order = house.order()
    (picking,) = house.receipts(order)
    (move,) = house.moves(order, "id")
    said, _ = press(house, f"/orders/{order}/receive/{picking}", **{f"move{move['id']}": "4"})
    assert "The rest waits in" in said["told"]
    assert len(house.receipts(order)) == 2
    assert house.service.one("purchase.order", order, "receipt_status")["receipt_status"] == "partial"
    assert "Partially Received" in see(house, f"/orders/{order}").text


def test_lock_unlock_and_cancel(house):
    order = house.order()
    press(house, f"/orders/{order}/lock")
    assert "Locked" in see(house, f"/orders/{order}").text
    press(house, f"/orders/{order}/unlock")
    press(house, f"/orders/{order}/cancel")
    assert house.service.one("purchase.order", order, "state")["state"] == "cancel"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/orders/{order}/lines/{line}", {"product_qty": "-3"}),
        ("/orders/{order}/lines/{line}", {"product_qty": "many"}),
        ("/orders/{order}/lines/{line}", {"price_unit": "nan"}),
        ("/orders/{order}/lines/{line}", {"date_planned": "tomorrow"}),
        ("/orders/{order}/lines/987654", {"product_qty": "3"}),
        ("/orders/{order}/receive/{picking}", {}),
        ("/orders/{order}/explode", {}),
        ("/orders/987654/confirm", {}),
        ("/new", {"vendor": ""}),
    ],
)
def test_what_makes_no_sense_is_explained_and_changes_nothing(house, path, fields):
    order = house.order()
    places = {"order": order, "line": house.lines(order)[0], "picking": house.receipts(order)[0]}
    before = house.service.one("purchase.order", order, "write_date", "amount_total")
    said, _ = press(house, path.format(**places), **fields)
    assert said["problem"]
    assert house.service.one("purchase.order", order, "write_date", "amount_total") == before


def test_other_sites_may_not_press_the_buttons(house):
    order = house.order()
    headers = {"Origin": "http://elsewhere.example"}
    answer = http(f"{house.server.url}/orders/{order}/cancel", data=b"", headers=headers)
    assert answer.status == 403
    assert house.service.one("purchase.order", order, "state")["state"] == "purchase"
