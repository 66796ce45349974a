"""Receipts come in from Odoo, change there on their own, and show on the order's page."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from integrations.odoo.records import ReceiptMoveRecord, ReceiptRecord, ReceiptState
from orders.receipts.models import Receipt, ReceiptLine
from orders.receipts.odoo_pull import apply_receipts, forget_receipts
from suppliers.journal.models import JournalEntry
from suppliers.tenancy import wall
from tests import factories

DUE = datetime(2026, 12, 15, 23, 30, tzinfo=UTC)  # the 16th in Brussels


@pytest.fixture
def pull(cast):
    """Apply records to Northwind's connection: ``pull(record)``."""
    return lambda *found: apply_receipts(cast.northwind.connection, list(found), now=factories.NOW)


@pytest.fixture
def incoming(cast, order) -> ReceiptRecord:
    """A receipt for both lines of the order, ten of each."""
    moves = tuple(
        ReceiptMoveRecord(100 + number, line.odoo_id, Decimal(10), Decimal(0), "Units")
        for number, line in enumerate(order.lines.order_by("sequence"))
    )
    company = cast.northwind.odoo_company_id
    return ReceiptRecord(77, company, "WH/IN/00077", ReceiptState.EXPECTED, False, DUE, None, moves)


def received(record: ReceiptRecord, *quantities: int) -> ReceiptRecord:
    moves = [
        replace(move, received=Decimal(quantity))
        for move, quantity in zip(record.moves, quantities, strict=True)
    ]
    return replace(record, state=ReceiptState.DONE, done_at=DUE, moves=tuple(moves))


def test_a_receipt_comes_with_what_is_expected_of_each_line(order, pull, incoming):
    assert pull(incoming) == 1
    receipt = Receipt.objects.get()
    assert (receipt.order, receipt.number, receipt.state) == (order, "WH/IN/00077", "EXPECTED")
    assert (receipt.supplier_id, receipt.company_id) == (order.supplier_id, order.company_id)
    assert [row.expected for row in receipt.lines.all()] == [10, 10]


def test_the_same_receipt_twice_changes_nothing(order, pull, incoming):
    pull(incoming)
    assert pull(incoming) == 0


def test_goods_that_arrive_are_in_the_journal_once(order, pull, incoming):
    pull(incoming)
    assert pull(received(incoming, 10, 6)) == 1
    pull(received(incoming, 10, 6))
    assert [row.received for row in ReceiptLine.objects.order_by("pk")] == [10, 6]
    entry = JournalEntry.objects.get(verb="receipt.done")
    assert entry.sentence == "Received: WH/IN/00077, goods of 2 lines."


def test_a_line_that_left_the_receipt_is_gone(order, pull, incoming):
    pull(incoming)
    pull(replace(incoming, moves=incoming.moves[:1]))
    assert [row.odoo_id for row in ReceiptLine.objects.all()] == [100]
    assert pull(replace(incoming, moves=())) == 1
    assert not Receipt.objects.exists()


def test_a_receipt_for_several_orders_shows_on_each(cast, order, pull, incoming):
    other = factories.order(cast.acme, cast.northwind, lines=1)
    more = ReceiptMoveRecord(200, other.lines.get().odoo_id, Decimal(3), Decimal(0), "Units")
    pull(replace(incoming, moves=(*incoming.moves, more)))
    assert {row.order_id: row.lines.count() for row in Receipt.objects.all()} == {order.pk: 2, other.pk: 1}


def test_receipts_of_orders_the_portal_does_not_hold_are_left_out(order, pull, incoming):
    move = replace(incoming.moves[0], line_id=987_654)
    assert pull(replace(incoming, moves=(move,))) == 0


def test_a_receipt_deleted_in_odoo_is_forgotten_and_journalled(cast, order, pull, incoming):
    pull(incoming)
    assert forget_receipts(cast.northwind.connection, [77], now=factories.NOW) == 1
    assert not Receipt.objects.exists()
    assert JournalEntry.objects.get(verb="receipt.deleted").sentence == (
        "Receipt WH/IN/00077 was deleted in Odoo."
    )


@pytest.mark.parametrize("person", ["alice", "bea"])
def test_both_sides_see_what_is_expected_and_what_came(as_, cast, order, pull, incoming, person):
    pull(incoming, replace(received(incoming, 10, 6), odoo_id=78, number="WH/IN/00078"))
    page = as_(getattr(cast, person)).get(reverse("orders:detail", args=[order.pk])).content.decode()
    section = page.partition('id="receipts-title"')[2].partition("</section>")[0]
    assert section.index("WH/IN/00077") < section.index("WH/IN/00078")
    assert "Expected" in section
    assert "2026-12-16" in section
    assert "<b>6</b> of 10 Units" in section


def test_an_order_without_receipts_has_no_such_section(as_, cast, order):
    page = as_(cast.alice).get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert "receipts-title" not in page


def test_a_stranger_sees_no_receipt_even_without_a_filter(cast, order, pull, incoming):
    pull(incoming)
    stranger = cast.mallory
    assert not Receipt.objects.visible_to(stranger).exists()
    with wall(suppliers=stranger.supplier_ids, companies=stranger.company_ids):
        assert not Receipt.objects.exists()
        assert not ReceiptLine.objects.exists()
