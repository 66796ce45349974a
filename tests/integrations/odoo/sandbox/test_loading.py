"""`load`: records by external id, sub-rows, errors as messages."""

from __future__ import annotations

import json
import xmlrpc.client
from typing import Any

import pytest

from tests.integrations.odoo.sandbox.test_error_shapes import recorded

HEAD = ["id", "partner_id/.id", "partner_ref"]
LINE = ["order_line/product_id/.id", "order_line/product_qty", "order_line/price_unit"]


def load(house, model, columns, *rows):
    return house.service(model, "load", columns, [list(row) for row in rows])


@pytest.fixture
def ids(house):
    return str(house.vendor()), str(house.product())


def test_an_order_with_its_lines(house, ids):
    vendor, product = ids
    rows = (["q.po1", vendor, "PR-1", product, "5", "1.5"], ["", "", "", product, "6", "2.5"])
    told = load(house, "purchase.order", HEAD + LINE, *rows)
    assert told == {"ids": told["ids"], "messages": [], "nextrow": 0}
    order = house.service.one("purchase.order", told["ids"][0])
    assert order["partner_ref"] == "PR-1"
    assert order["amount_untaxed"] == 22.5
    assert house.service("purchase.order", "button_confirm", told["ids"]) is True


def test_the_same_external_id_updates_the_header_and_doubles_the_lines(house, ids):
    vendor, product = ids
    row = ["q.po2", vendor, "first", product, "5", "1.5"]
    first = load(house, "purchase.order", HEAD + LINE, row)["ids"]
    second = load(house, "purchase.order", HEAD + LINE, ["q.po2", vendor, "second", product, "5", "1.5"])[
        "ids"
    ]
    assert first == second
    order = house.service.one("purchase.order", first[0], "partner_ref", "order_line")
    assert order["partner_ref"] == "second"
    assert len(order["order_line"]) == 2


def test_external_ids_for_lines_keep_them_single(house, ids):
    vendor, product = ids
    columns = [*HEAD, "order_line/id", *LINE]
    rows = (
        ["q.po3", vendor, "x", "q.po3_l1", product, "5", "1.5"],
        ["", "", "", "q.po3_l2", product, "7", "2.5"],
    )
    first = load(house, "purchase.order", columns, *rows)["ids"]
    lines = house.lines(first[0])
    assert load(house, "purchase.order", columns, *rows)["ids"] == first
    assert house.lines(first[0]) == lines
    assert len(lines) == 2


def test_ids_without_a_module_go_to_import(house):
    told = load(house, "res.partner", ["id", "name"], ["alone", "Alone"])
    found = house.admin.all("ir.model.data", [["name", "=", "alone"]], "module", "res_id", "complete_name")
    assert found[0]["module"] == "__import__"
    assert found[0]["res_id"] == told["ids"][0]
    assert found[0]["complete_name"] == "__import__.alone"


def test_database_ids_update(house):
    vendor = house.vendor()
    assert load(house, "res.partner", [".id", "name"], [str(vendor), "Renamed"])["ids"] == [vendor]
    assert house.service.one("res.partner", vendor, "name")["name"] == "Renamed"


def test_links_by_external_id_and_by_name(house):
    load(house, "res.partner", ["id", "name"], ["q.mother", "Mother company"])
    columns = ["id", "name", "parent_id/id", "country_id"]
    told = load(house, "res.partner", columns, ["q.child", "Child", "q.mother", "Belgium"])
    child = house.service.one("res.partner", told["ids"][0], "parent_id", "country_id")
    assert child["parent_id"][1] == "Mother company"
    assert child["country_id"][1] == "Belgium"


@pytest.mark.parametrize("case", ["10-load-bad-value", "10-load-partial-bad"])
def test_messages_are_those_recorded_and_nothing_is_kept(house, case):
    params: Any = xmlrpc.client.loads(recorded(house.version, f"{case}.xmlrpc.req.txt"))[0]
    expected = xmlrpc.client.loads(recorded(house.version, f"{case}.xmlrpc.res.txt"))[0][0]
    count = house.service("res.partner", "search_count", [])
    assert house.service("res.partner", "load", *params[5]) == expected
    assert house.service("res.partner", "search_count", []) == count


def test_a_business_refusal_is_a_message_too(house, ids):
    vendor, product = ids
    order = house.order(house.line(int(product), 10), vendor=int(vendor))
    house.service("stock.picking", "button_validate", house.receipts(order))
    line = house.lines(order)[0]
    told = load(house, "purchase.order.line", [".id", "product_qty"], [str(line), "3"])
    assert told["ids"] is False
    assert told["messages"][0]["type"] == "error"
    assert house.service.one("purchase.order.line", line, "product_qty")["product_qty"] == 10


def test_load_needs_no_rights_on_external_ids_but_reading_them_does(house):
    load(house, "res.partner", ["id", "name"], ["q.secret", "Secret"])
    assert house.service.refused("ir.model.data", "search_read", [["name", "=", "secret"]]).faultCode == 4


def test_a_reference_can_be_looked_up_when_the_record_may_be_seen(house):
    told = house.service("ir.model.data", "check_object_reference", "mail", "mail_activity_data_warning")
    assert told[0] == "mail.activity.type"
    assert house.service.one("mail.activity.type", told[1], "name")["name"] == "Exception"


def test_the_answer_is_plain_json_over_json_2(house19):
    answer = house19.json2("res.partner", "load", fields=["id", "name"], data=[["q.j2", "J2"]])
    assert answer.status == 200
    assert json.loads(answer.body)["messages"] == []
