"""Change detection: which records a change stamps, and how write_date compares."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from integrations.odoo.sandbox import SandboxServer
from tests.integrations.odoo.sandbox.conftest import VERSIONS, House


class Clock:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 8, 0, 0, 250_000, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **delta: float) -> None:
        self.now += timedelta(**(delta or {"seconds": 10}))


@pytest.fixture(params=VERSIONS, ids=lambda version: f"odoo{version}")
def timed(request):
    """A sandbox with a clock of its own, and an order of two lines due on the 15th and the 20th."""
    clock = Clock()
    with SandboxServer(version=request.param, clock=clock) as server:
        house = House(server)
        first = house.line(house.product(), due="2026-12-15 12:00:00")
        second = house.line(house.product("Washer"), due="2026-12-20 12:00:00")
        order = house.order(first, second)
        clock.tick()
        yield house, clock, order


def stamped(house, clock, order, change, line=0):
    """Which of order, line and receipt carry the moment of the change."""
    lines, receipts = house.lines(order), house.receipts(order)
    clock.tick()
    moment = clock.now.strftime("%Y-%m-%d %H:%M:%S")
    change()
    found = (
        house.service.one("purchase.order", order, "write_date"),
        house.service.one("purchase.order.line", lines[line], "write_date"),
        house.service.one("stock.picking", receipts[0], "write_date"),
    )
    return tuple(record["write_date"] == moment for record in found)


def test_the_table_of_what_stamps_what(timed):
    house, clock, order = timed
    first, second = house.lines(order)
    (picking,) = house.receipts(order)

    def line(which, **values):
        return lambda: house.service("purchase.order.line", "write", [which], values)

    def look(change, which=0):
        return stamped(house, clock, order, change, which)

    assert look(line(first, date_planned="2026-12-10 12:00:00")) == (True, True, True)
    assert look(line(second, date_planned="2026-12-24 12:00:00"), 1) == (False, True, False)
    assert look(line(first, name="Other text")) == (False, True, False)
    assert look(line(first, price_unit=9.5)) == (True, True, False)
    trio = {"product_qty": 15, "price_unit": 9.5, "date_planned": "2026-12-10 12:00:00"}
    assert look(line(first, **trio)) == (True, True, house.version < 19)
    post = lambda: house.service("purchase.order", "message_post", [order], body="hello")  # noqa: E731
    assert look(post) == (False, False, False)
    file = {"name": "a.pdf", "res_model": "purchase.order", "res_id": order, "datas": "aGk="}
    assert look(lambda: house.service("ir.attachment", "create", file)) == (False, False, False)
    plan = {"scheduled_date": "2026-12-11 08:00:00"}
    assert look(lambda: house.service("stock.picking", "write", [picking], plan)) == (False, False, True)
    same = {"partner_ref": house.service.one("purchase.order", order, "partner_ref")["partner_ref"]}
    assert look(lambda: house.service("purchase.order", "write", [order], same)) == (True, False, False)
    validate = lambda: house.service("stock.picking", "button_validate", [picking])  # noqa: E731
    assert look(validate) == (True, True, True)


def test_renaming_the_vendor_does_not_stamp_its_orders(timed):
    house, clock, order = timed
    vendor = house.service.one("purchase.order", order, "partner_id")["partner_id"][0]
    rename = lambda: house.service("res.partner", "write", [vendor], {"name": "Acme Group"})  # noqa: E731
    assert stamped(house, clock, order, rename) == (False, False, False)


def test_rpc_shows_seconds_and_the_comparison_differs_on_19(timed):
    house, _clock, order = timed
    house.service("purchase.order", "write", [order], {"partner_ref": "now"})
    shown = house.service.one("purchase.order", order, "write_date")["write_date"]
    assert len(shown) == 19

    def found(operator, value=shown):
        return house.service("purchase.order", "search", [["write_date", operator, value]]) == [order]

    assert found(">=")
    # Up to 18 the stored microseconds are compared, so the row itself comes back; 19 cuts to seconds.
    assert found(">") is (house.version < 19)
    assert found("=") is (house.version >= 19)
    assert found(">=", f"{shown}.000001")


def test_all_rows_of_a_call_carry_the_start_of_the_call(timed):
    house, clock, order = timed
    clock.tick()
    house.service("purchase.order.line", "write", house.lines(order), {"name": "x"})
    dates = {
        row["write_date"]
        for row in house.service.all("purchase.order.line", [["order_id", "=", order]], "write_date")
    }
    assert dates == {clock.now.strftime("%Y-%m-%d %H:%M:%S")}


def test_paging_through_changes(timed):
    house, clock, _order = timed
    for _ in range(3):
        clock.tick()
        house.order(confirmed=False)
    page = house.service.all("purchase.order", [], "write_date", order="write_date, id", limit=2)
    domain = [["write_date", ">=", page[-1]["write_date"]]]
    rest = house.service.all("purchase.order", domain, "write_date", order="write_date, id")
    assert rest[0] == page[-1]
    assert len(page) + len(rest) - 1 == 4
