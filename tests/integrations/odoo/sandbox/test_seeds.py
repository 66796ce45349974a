"""What the seeds hold."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from integrations.odoo.sandbox import SandboxServer
from integrations.odoo.sandbox.distributors import SOUTHBAY
from integrations.odoo.sandbox.users import ADMIN, SERVICE
from tests.integrations.odoo.sandbox.conftest import VERSIONS, House

TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda version: f"odoo{version}")
def demo(request):
    with SandboxServer(version=request.param, seed="demo", clock=lambda: TODAY) as server:
        yield House(server)


def test_empty_has_people_and_places_but_nothing_bought(house):
    counts = {model: len(house.server.engine.store.table(model)) for model in house.server.engine.models}
    assert counts["res.company"] == 2
    assert counts["stock.warehouse"] == 2
    assert counts["uom.uom"] >= 4
    assert counts["res.currency"] == 3
    assert house.service("account.tax", "search_count", []) == 2
    assert (
        house.service("res.partner", "search_count", [["supplier_rank", ">", 0], ["ref", "=", "seed"]]) == 0
    )


def test_demo_is_a_lively_distributor(demo):
    orders = demo.service.all(
        "purchase.order", [], "name", "state", "partner_id", "date_order", "date_planned", order="id"
    )
    assert len(orders) >= 150
    assert [order["name"] for order in orders[:3]] == ["P00001", "P00002", "P00003"]
    states = Counter(order["state"] for order in orders)
    assert states["sent"] >= 3
    assert states["draft"] >= 2
    assert states["cancel"] >= 2
    assert states["purchase"] >= 100
    vendors = Counter(order["partner_id"][1] for order in orders)
    assert len(vendors) == 12
    assert vendors["Acme Fasteners GmbH"] >= 30
    assert vendors["Globex Hydraulics Ltd"] >= 20
    assert max(map(len, vendors)) > 100
    assert min(order["date_order"] for order in orders) < (TODAY - timedelta(days=75)).strftime("%Y-%m-%d")
    assert max(order["date_planned"] for order in orders) > (TODAY + timedelta(days=60)).strftime("%Y-%m-%d")


def test_demo_has_its_extremes_and_partial_receipts(demo):
    longest = max(
        demo.service.all("purchase.order", [], "order_line"), key=lambda order: len(order["order_line"])
    )
    assert len(longest["order_line"]) == 60
    dearest = max(
        demo.service.all("purchase.order", [], "amount_untaxed"), key=lambda order: order["amount_untaxed"]
    )
    assert dearest["amount_untaxed"] == 123_456_789_012.34
    assert demo.service("purchase.order", "search_count", [["receipt_status", "=", "partial"]]) >= 5
    assert demo.service("product.product", "search_count", []) >= 115
    assert demo.service("purchase.order", "search_count", [["company_id", "=", 2]]) >= 15


def test_demo_is_healthy_vendors_answer_and_deliver(demo):
    flag = "mail_reception_confirmed" if demo.server.engine.version < 19 else "acknowledged"
    now = TODAY.strftime("%Y-%m-%d %H:%M:%S")
    wanted = [["state", "=", "purchase"], ["date_planned", "<", now]]
    due = demo.service.all("purchase.order", wanted, flag, "receipt_status")
    received = [order for order in due if order["receipt_status"] == "full"]
    forgotten = [order for order in due if not order[flag]]
    assert len(received) > 0.75 * len(due)
    assert 1 <= len(forgotten) < 0.12 * len(due)


def test_demo_people_have_addresses(demo):
    contacts = demo.service.all("res.partner", [["parent_id", "!=", False]], "email", "parent_id")
    assert len(contacts) >= 12
    assert all(contact["email"].endswith(".example") for contact in contacts)
    buyers = demo.service.all("res.users", [["login", "ilike", "northwind"]], "email")
    assert all(buyer["email"].endswith("@northwind.example") for buyer in buyers)


def test_demo_is_the_same_every_time():
    def picture():
        with SandboxServer(version=18, seed="demo", clock=lambda: TODAY) as server:
            return server.engine.store.table("purchase.order.line")

    assert picture() == picture()


@pytest.mark.parametrize("version", VERSIONS)
def test_another_distributor_has_its_own_people_and_shares_vendors(version):
    with SandboxServer(version=version, seed="demo", distributor=SOUTHBAY, clock=lambda: TODAY) as server:
        house = House(server)
        (company,) = house.service.all("res.company", [], "name", "currency_id")
        assert (company["name"], company["currency_id"][1]) == ("Southbay Supply Ltd", "GBP")
        orders = house.service.all("purchase.order", [], "currency_id")
        assert len(orders) == sum(SOUTHBAY.orders.values())
        assert {order["currency_id"][1] for order in orders} == {"GBP"}
        vendors = house.service.all("res.partner", [["supplier_rank", ">", 0]], "name", "vat")
        assert ("Acme Fasteners GmbH", "DE999000001") in {(v["name"], v["vat"]) for v in vendors}
        assert house.service("res.users", "search_count", [["login", "ilike", "northwind"]]) == 0


def test_the_keys_are_the_same_every_time(demo):
    assert (demo.server.login, demo.server.api_key) == (SERVICE.login, SERVICE.api_key)
    assert len(SERVICE.api_key) == len(ADMIN.api_key) == 40
    assert SERVICE.api_key != ADMIN.api_key


@pytest.mark.parametrize("version", VERSIONS)
def test_bench_orders_look_like_confirmed_ones(version):
    with SandboxServer(version=version, seed="bench", orders=50, lines=4, clock=lambda: TODAY) as server:
        house = House(server)
        order = house.service.all("purchase.order", [], order="id", limit=1)[0]
        assert house.service("purchase.order.line", "search_count", []) == 200
        before = (order["amount_untaxed"], order["amount_tax"], order["amount_total"], order["date_planned"])
        lines = order["order_line"]
        line = house.service.one("purchase.order.line", lines[0])
        due = "2027-03-01 12:00:00"
        house.service(
            "purchase.order.line", "write", lines, {"price_unit": line["price_unit"], "date_planned": due}
        )
        after = house.service.one("purchase.order", order["id"])
        assert before[3] != after["date_planned"] == due
        (picking,) = house.receipts(order["id"])
        assert house.service("stock.picking", "button_validate", [picking]) is True
        assert house.service.one("purchase.order", order["id"], "receipt_status")["receipt_status"] == "full"


def test_an_unknown_seed_is_refused():
    with pytest.raises(ValueError, match="empty, demo or bench"):
        SandboxServer(version=18, seed="nope")
