"""Searching and reading: domains, order, paging, display names, fields that are computed."""

from __future__ import annotations

import xmlrpc.client

import pytest

from tests.integrations.odoo.sandbox.conftest import http


@pytest.fixture(scope="module")
def partners(house):
    """Three companies and a person, names to ids."""
    found = {}
    for name, city, rank in (("Alpha 100%", "Gent", 1), ("beta", "Gent", 0), ("Gamma", False, 5)):
        found[name] = house.vendor(name, city=city, supplier_rank=rank, ref="finding")
    person = {"name": "Pia", "parent_id": found["Gamma"], "ref": "finding", "email": "pia@gamma.example"}
    found["Pia"] = house.admin("res.partner", "create", person)
    return found


def names(house, *leaves, **more):
    domain = ["&", ["ref", "=", "finding"], *leaves] if leaves else [["ref", "=", "finding"]]
    return [p["name"] for p in house.service.all("res.partner", domain, "name", **{"order": "id", **more})]


@pytest.mark.parametrize(
    ("leaves", "expected"),
    [
        ([["city", "=", "Gent"]], ["Alpha 100%", "beta"]),
        ([["city", "!=", "Gent"]], ["Gamma", "Pia"]),
        ([["city", "=", False]], ["Gamma", "Pia"]),
        ([["supplier_rank", ">", 0]], ["Alpha 100%", "Gamma"]),
        ([["supplier_rank", "<=", 1]], ["Alpha 100%", "beta", "Pia"]),
        ([["supplier_rank", "in", [0, 5]]], ["beta", "Gamma", "Pia"]),
        ([["name", "not in", ["beta", "Pia"]]], ["Alpha 100%", "Gamma"]),
        ([["name", "ilike", "BET"]], ["beta"]),
        ([["name", "like", "BET"]], []),
        ([["name", "=ilike", "G%"]], ["Gamma"]),
        ([["name", "not ilike", "a"]], []),
        (["|", ["name", "=", "beta"], ["name", "=", "Pia"]], ["beta", "Pia"]),
        (["!", ["is_company", "=", True]], ["Pia"]),
        ([["parent_id", "ilike", "gam"]], ["Pia"]),
        # A condition through an empty link never holds.
        ([["parent_id.city", "=", False]], ["Pia"]),
        ([["child_ids", "!=", False]], ["Gamma"]),
    ],
)
def test_domains(house, partners, leaves, expected):
    assert names(house, *leaves) == expected


def test_child_of_finds_a_company_and_its_people(house, partners):
    found = house.service("res.partner", "search", [["id", "child_of", partners["Gamma"]]], order="id")
    assert found == [partners["Gamma"], partners["Pia"]]
    order = house.order(vendor=partners["Pia"], confirmed=False)
    assert house.service("purchase.order", "search", [["partner_id", "child_of", partners["Gamma"]]]) == [
        order
    ]


def test_order_limit_offset_and_count(house, partners):
    assert names(house, order="name desc") == ["beta", "Pia", "Gamma", "Alpha 100%"]
    assert names(house, order="city, id", limit=2) == ["Alpha 100%", "beta"]
    assert names(house, order="id", offset=2, limit=5) == ["Gamma", "Pia"]
    assert house.service("res.partner", "search_count", [["ref", "=", "finding"]]) == 4


def test_archived_records_are_found_only_when_asked_for(house):
    gone = house.vendor("Archived", active=False)
    domain = [["name", "=", "Archived"]]
    assert house.service("res.partner", "search", domain) == []
    assert house.service("res.partner", "search", [*domain, ["active", "in", [True, False]]]) == [gone]
    assert house.service("res.partner", "search", domain, context={"active_test": False}) == [gone]


def test_links_are_id_and_name(house, partners):
    pia = house.service.one("res.partner", partners["Pia"], "parent_id", "display_name", "company_type")
    assert pia["parent_id"] == [partners["Gamma"], "Gamma"]
    assert pia["display_name"] == "Gamma, Pia"
    assert pia["company_type"] == "person"
    product = house.product("Hex nut", default_code="NUT-1")
    line = house.service.one(
        "purchase.order.line", house.lines(house.order(house.line(product)))[0], "product_id"
    )
    assert line["product_id"] == [product, "[NUT-1] Hex nut"]


def test_name_search_knows_its_parameter_by_version(house, partners):
    extra = {"domain" if house.version >= 19 else "args": [["ref", "=", "finding"]]}
    assert house.service("res.partner", "name_search", "gam", **extra) == [
        [partners["Gamma"], "Gamma"],
        [partners["Pia"], "Gamma, Pia"],
    ]


def test_reading_leaves_missing_records_out(house):
    vendor = house.vendor()
    found = house.service("res.partner", "read", [vendor, 987654], ["name"])
    assert [record["id"] for record in found] == [vendor]


def test_fields_get_tells_the_versions_own_names(house):
    lines = house.service("purchase.order.line", "fields_get", [], ["type", "relation", "string"])
    unit, taxes = (
        house.own("purchase.order.line", "product_uom_id"),
        house.own("purchase.order.line", "tax_ids"),
    )
    assert lines[unit]["relation"] == "uom.uom"
    assert lines[taxes]["type"] == "many2many"
    assert ("product_uom" in lines) is (house.version < 19)
    orders = house.service("purchase.order", "fields_get", allfields=["state", "acknowledged", "locked"])
    assert ("acknowledged" in orders) is (house.version >= 19)
    states = [value for value, _ in orders["state"]["selection"]]
    assert ("done" in states) is (house.version < 19)


def test_access_can_be_asked_for(house):
    assert house.service("purchase.order", "check_access_rights", "write", raise_exception=False) is True
    assert (
        house.service("product.supplierinfo", "check_access_rights", "write", raise_exception=False) is False
    )
    assert house.service.refused("product.supplierinfo", "check_access_rights", "write").faultCode == 4
    if house.version >= 18:
        assert house.service("product.supplierinfo", "has_access", [], "write") is False
        assert house.service("purchase.order", "has_access", [], "write") is True


@pytest.mark.parametrize(
    ("model", "method", "args"),
    [
        ("product.supplierinfo", "create", [{"price": 1}]),
        ("product.product", "create", [{"name": "x"}]),
        ("ir.model.data", "search", [[]]),
        ("ir.model.data", "create", [{"module": "q", "name": "x", "model": "res.partner", "res_id": 1}]),
    ],
)
def test_the_service_user_may_not(house, model, method, args):
    assert house.service.refused(model, method, *args).faultCode == 4


def test_companies_can_be_narrowed_by_context(house):
    order = house.order(confirmed=False)
    other = {"allowed_company_ids": [2]}
    assert house.service("purchase.order", "search", [["id", "=", order]], context=other) == []
    assert house.service.refused("purchase.order", "read", [order], ["name"], context=other).faultCode == 4


def test_every_model_can_be_read_in_full(house):
    order = house.order()
    house.service("purchase.order", "message_post", [order], body="x")
    for model in house.server.engine.models:
        found = house.admin.all(model, [], limit=20)
        fields = set(house.admin(model, "fields_get"))
        assert all(set(record) == fields for record in found), model


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<methodCall/>",
        b"nonsense",
        b"<?xml version='1.0'?><methodCall><methodName>x</methodName></methodCall>",
    ],
)
def test_a_body_that_is_no_call_does_no_harm(house, body):
    answer = http(f"{house.server.url}/xmlrpc/2/object", data=body)
    assert answer.status in (200, 400)


@pytest.mark.parametrize(
    "params",
    [
        ("demo", [1], "x", "res.partner", "read", [[1]]),
        ("demo", 2, "admin", "res.partner", "read", "text"),
        ("demo", 2, "admin", "res.partner", "read", [[1]], []),
        ("demo", 2, "admin", "res.partner", "search", [[["name"]]]),
        ("demo", 2, "admin", "res.partner", "search", [["&"]]),
        ("demo", 2, "admin", "res.partner", "search", [[["name", "~", 1]]]),
        ("demo", 2, "admin", "res.partner", "search", [[]], {"colour": "red"}),
        ("demo", 2, "admin", "res.partner", "write", [[1]]),
        ("demo", 2, "admin", "res.partner", "create", [7]),
        ("demo", 2, "admin", "purchase.order", "create", [{"partner_id": "text"}]),
        ("demo", 2, "admin", "purchase.order", "create", [{"partner_id": 1, "order_line": [7]}]),
    ],
)
def test_arguments_of_the_wrong_kind_are_a_fault(house, params):
    body = xmlrpc.client.dumps(params, "execute_kw").encode()
    answer = http(f"{house.server.url}/xmlrpc/2/object", data=body)
    with pytest.raises(xmlrpc.client.Fault):
        xmlrpc.client.loads(answer.body)
