"""Reading orders: what a record says, first imports in pages, changes since a position."""

from datetime import timedelta
from decimal import Decimal

import pytest

from integrations.odoo.records import ChangedIds, Position
from integrations.odoo.subjects import WATCHED, Subject, Watch
from tests.contract.stage import DUE_AT, agreed

ORDERS, LINES = WATCHED[Subject.ORDERS]


def drained(odoo, watch: Watch, since: Position, *, limit: int = 500) -> tuple[list[int], Position, int]:
    """Read a feed until it says that there is no more; return the ids, where it ended, and the calls."""
    found: list[int] = []
    for calls in range(1, 1000):
        page: ChangedIds = odoo.gateway.changed(watch, odoo.company_ids, since, limit=limit)
        found += page.ids
        since = page.position
        if not page.more:
            return found, since, calls
    raise AssertionError("the feed does not end")


def test_an_order_is_read_as_odoo_holds_it(odoo):
    vendor = odoo.vendor(vat="BE0477472701", ref="V-17")
    contact = odoo.create("res.partner", {"name": "Ann at the desk", "parent_id": vendor, "type": "other"})
    product = odoo.product()
    rows = [
        [0, 0, {"display_type": "line_section", "name": "Bolts", "product_qty": 0, "sequence": 1}],
        [0, 0, {"product_id": product, "product_qty": 3.0, "price_unit": 0.1, "sequence": 3}
         | {"date_planned": "2027-01-15 12:00:00", "discount": 10.0, "name": "M8 × 40 <zinc> & more"}],
        [0, 0, {"product_id": odoo.product(), "product_qty": 7.0, "price_unit": 0.7, "sequence": 2}
         | {"date_planned": "2027-02-15 12:00:00"}],
    ]  # fmt: skip
    order = odoo.order(vendor=contact, order_line=rows, partner_ref="SO-1")
    record = odoo.record(order)
    shown = odoo.row(
        "purchase.order", order, "name", "amount_untaxed", "amount_total", "currency_id", "company_id"
    )
    assert record.number == shown["name"]
    assert record.partner.odoo_id == vendor
    assert (record.partner.vat, record.partner.reference) == ("BE0477472701", "V-17")
    assert record.state == "purchase"
    assert record.supplier_reference == "SO-1"
    assert record.buyer_id == odoo.buyer_id
    assert record.buyer_name
    assert record.currency == odoo.row("res.currency", shown["currency_id"], "name")["name"]
    assert record.company_id == shown["company_id"]
    assert record.amount_untaxed == Decimal(repr(shown["amount_untaxed"]))
    assert record.planned_at == DUE_AT
    assert record.written_at.utcoffset() == timedelta(0)
    first, second = record.lines
    assert second.product_code == odoo.row("product.product", product, "default_code")["default_code"]
    assert second.description == "M8 × 40 <zinc> & more"
    assert (second.quantity, second.unit_price, second.discount) == (3, Decimal("0.1"), 10)
    assert second.planned_at == DUE_AT
    assert (first.quantity, first.unit_price, first.subtotal) == (7, Decimal("0.7"), Decimal("4.9"))
    assert first.unit


def test_receipts_show_on_the_lines(odoo):
    order = odoo.order()
    odoo.receive(order, 4.0)
    assert [line.received for line in odoo.record(order).lines] == [4]


def test_notes_and_terms_are_read(odoo):
    dialect = odoo.gateway.dialect
    (term,) = odoo.buyer.call("account.payment.term", "search_read", domain=[], fields=["name"], limit=1)
    order = odoo.order(payment_term_id=term["id"], **{dialect.notes: "<p>Deliver to gate 4</p>"})
    record = odoo.record(order)
    assert record.payment_terms == term["name"]
    assert "gate 4" in record.notes


def test_a_first_import_reads_every_order_once_by_ascending_id(odoo):
    wanted = [odoo.order(lines=2) for _ in range(5)]
    drafts = [odoo.rfq()]
    pages = list(odoo.gateway.order_pages(odoo.company_ids, after_id=wanted[0] - 1, size=2))
    read = [record for page in pages for record in page]
    assert [record.odoo_id for record in read if record.odoo_id in wanted] == wanted
    assert not {record.odoo_id for record in read} & set(drafts)
    assert all(len(page) <= 2 for page in pages)
    assert {record.odoo_id: len(record.lines) for record in read}[wanted[0]] == 2
    by_id = {record.odoo_id: record for record in read}
    assert [by_id[pk] for pk in wanted] == odoo.gateway.orders(wanted)


def test_a_first_import_goes_on_after_an_id(odoo):
    first, second = odoo.order(), odoo.order()
    (page,) = odoo.gateway.order_pages(odoo.company_ids, after_id=first)
    assert [record.odoo_id for record in page] == [second]


def test_counting_counts_what_an_import_reads(odoo):
    before = odoo.gateway.count_orders(odoo.company_ids)
    odoo.order()
    odoo.rfq()
    assert odoo.gateway.count_orders(odoo.company_ids) == before + 1


def test_a_changed_order_is_in_the_feed(odoo):
    order = odoo.order()
    since = Position(odoo.clock(), 0)
    odoo.do("purchase.order", "write", order, vals={"partner_ref": "SO-9"})
    found, position, _ = drained(odoo, ORDERS, since)
    assert order in found
    assert position.written_at is not None
    assert since.written_at is not None
    assert position.written_at >= since.written_at


def test_a_change_in_the_second_of_the_position_is_seen(odoo):
    """Version 19 compares ``>`` with whole seconds: only ``>=`` finds what came later in the same second."""
    order = odoo.order()
    written_at = odoo.record(order).written_at
    found, _, _ = drained(odoo, ORDERS, Position(written_at, 0))
    assert order in found


def test_a_line_changed_without_its_order_is_in_the_feed(odoo):
    order = odoo.order(lines=2)
    (line, _) = odoo.record(order).lines
    before = odoo.row("purchase.order", order, "write_date")
    following = odoo.clock() + timedelta(seconds=1)
    while odoo.clock() <= following:
        pass  # bounded by two seconds: positions are whole seconds
    since = Position(following, 0)
    odoo.do("purchase.order.line", "write", line.odoo_id, vals={"name": "Hex bolt, black"})
    assert odoo.row("purchase.order", order, "write_date") == before
    assert order not in drained(odoo, ORDERS, since)[0]
    assert order in drained(odoo, LINES, since)[0]


@pytest.mark.parametrize("limit", [1, 2, 3])
def test_many_rows_of_one_second_are_read_to_the_end(odoo, limit):
    """One transaction gives all its rows one write_date; a page may end in the middle of them."""
    since = Position(odoo.clock(), 0)
    orders = [odoo.order(lines=4) for _ in range(2)]
    # Other tests may have written lines in the same second.
    written_at = f"{since.written_at:%Y-%m-%d %H:%M:%S}"
    lines = odoo.buyer.call(LINES.model, "search_count", domain=[("write_date", ">=", written_at)])
    found, _, calls = drained(odoo, LINES, since, limit=limit)
    assert set(orders) <= set(found)
    assert calls <= 2 * lines + 2


def test_an_idle_feed_costs_one_call_and_stays_where_it_is(odoo):
    gateway, client = odoo.recording()
    since = Position(odoo.clock() + timedelta(hours=1), 0)
    gateway.changed(ORDERS, odoo.company_ids, Position(odoo.clock(), 0))
    client.calls.clear()
    page = gateway.changed(ORDERS, odoo.company_ids, since)
    assert page.ids == ()
    assert not page.more
    assert client.calls == [("purchase.order", "search_read")]
    assert (page.position, page.newest) == (since, None)


def test_behind_the_last_row_there_is_nothing(odoo):
    """The second of the last row is read by id, so that an idle feed does not bring it again and again."""
    order = odoo.order()
    since = Position(odoo.record(order).written_at, order)
    assert order not in drained(odoo, ORDERS, since)[0]
    following = odoo.order()
    found, position, _ = drained(odoo, ORDERS, since)
    assert following in found
    assert position == Position(odoo.record(following).written_at, following)


def test_a_receipt_shows_in_the_feed(odoo):
    order = odoo.order()
    since = Position(odoo.clock(), 0)
    odoo.receive(order, 10.0)
    assert order in drained(odoo, LINES, since)[0]


def test_agreed_values_come_back_through_the_feed(odoo):
    order = odoo.order()
    since = Position(odoo.clock(), 0)
    target = [agreed(line, unit_price=Decimal("4.4")) for line in odoo.record(order).lines]
    odoo.gateway.visit(order).write_agreement(target, receipt_at=None)
    assert order in drained(odoo, ORDERS, since)[0]
