"""What changes in Odoo beside the orders reaches the portal too: receipts, vendors, products, deletions."""

from datetime import UTC, datetime, timedelta

import pytest

from integrations.errors import NeedsAttention
from integrations.odoo import deletions, feed
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.receipts.models import Receipt, ReceiptLine
from suppliers.journal.models import JournalEntry
from suppliers.people.models import Supplier, VendorAccount
from tests import factories
from tests.orders.odoo import BuyersOdoo, odoo_of

IDLE = [
    "purchase.order",
    "purchase.order.line",
    "stock.picking",
    "res.partner",
    "product.product",
    "mail.message",
]


@pytest.fixture(params=[18, 19], ids=["xmlrpc", "json2"])
def odoo(cast, request):
    """A sandbox behind Northwind's connection."""
    with odoo_of(cast.northwind, version=request.param) as found:
        yield found


@pytest.fixture
def pull(cast):
    """Let the feed read what is new: ``pull(minutes)`` after the test began."""

    def poll(minutes: int = 0) -> int | None:
        look = feed.poll_all(cast.northwind.connection, now=factories.NOW + timedelta(minutes=minutes))
        return look.differed

    return poll


@pytest.fixture
def find_deleted(cast):
    """Compare ids, as the task of every hour does."""
    return lambda: deletions.find_deleted(cast.northwind.connection, now=factories.NOW)


def receive(odoo: BuyersOdoo, order_id: int, quantity: float) -> None:
    (picking,) = odoo.read(
        "stock.picking", [("purchase_id", "=", order_id), ("state", "=", "assigned")], "move_ids"
    )
    odoo.client.call("stock.move", "write", picking["move_ids"], vals={"quantity": quantity})
    odoo.client.call("stock.picking", "button_validate", [picking["id"]], context={"skip_backorder": True})


def delete(odoo: BuyersOdoo, *order_ids: int) -> None:
    """Cancel and delete orders before the portal looks."""
    odoo.client.call("purchase.order", "button_cancel", list(order_ids))
    odoo.client.call("purchase.order", "unlink", list(order_ids))


def test_a_new_order_comes_with_its_receipt(odoo, pull):
    order_id = odoo.order(10, 20)
    assert pull() == 2
    receipt = Receipt.objects.get()
    assert receipt.order.odoo_id == order_id
    assert receipt.scheduled_at == odoo.receipts(order_id)[0]
    assert [row.expected for row in receipt.lines.order_by("line__odoo_id")] == [10, 20]


def test_goods_received_in_part_leave_the_rest_expected(odoo, pull):
    order_id = odoo.order(10)
    pull()
    receive(odoo, order_id, 4)
    pull()
    first, second = Receipt.objects.order_by("odoo_id")
    assert (first.state, first.lines.get().received) == ("DONE", 4)
    assert (second.state, second.lines.get().expected) == ("EXPECTED", 6)
    assert JournalEntry.objects.filter(verb="receipt.done").count() == 1


def test_a_receipt_moved_on_its_own_is_seen(odoo, pull):
    odoo.order(10)
    pull()
    odoo.write("stock.picking", Receipt.objects.get().odoo_id, scheduled_date="2027-01-04 08:00:00")
    pull()
    assert Receipt.objects.get().scheduled_at == datetime(2027, 1, 4, 8, tzinfo=UTC)


def test_a_vendor_with_a_new_name_is_called_by_it(odoo, pull):
    vendor = odoo.vendor("Old Name")
    odoo.order(vendor=vendor)
    odoo.vendor("Somebody Else")
    pull()
    odoo.write("res.partner", vendor, name="New Name", vat="DE999", ref="V-9")
    pull()
    supplier = Supplier.objects.get(vat="DE999")
    assert supplier.name == "New Name"
    assert VendorAccount.objects.get(supplier=supplier).reference == "V-9"
    assert JournalEntry.objects.get(verb="vendor.changed").changes[0]["new"] == "V-9"
    assert not Supplier.objects.filter(name="Somebody Else").exists()


def test_a_supplier_that_several_odoos_know_keeps_its_name(cast, odoo, pull):
    vendor = odoo.vendor("Old Name")
    odoo.order(vendor=vendor)
    pull()
    elsewhere = factories.company("Elsewhere")
    supplier = VendorAccount.objects.get(odoo_partner_id=vendor, company=cast.northwind).supplier
    VendorAccount.objects.create(supplier=supplier, company=elsewhere, odoo_partner_id=9_999)
    odoo.write("res.partner", vendor, name="New Name", ref="V-9")
    pull()
    account = VendorAccount.objects.get(supplier=supplier, company=cast.northwind)
    assert (account.supplier.name, account.reference) == ("Old Name", "V-9")


def test_a_product_with_a_new_code_shows_it_and_asks_nobody_again(odoo, pull):
    order_id = odoo.order(10)
    pull()
    line = PurchaseOrderLine.objects.get()
    assert line.product_odoo_id
    odoo.write("product.product", line.product_odoo_id, default_code="FST-NEW")
    odoo.write("purchase.order", order_id, partner_ref="SO-1")
    pull()
    line = PurchaseOrderLine.objects.get()
    assert line.product_code == "FST-NEW"
    assert line.order.revision == 1


def test_a_code_that_changed_on_its_own_reaches_every_line(odoo, pull):
    odoo.order(10)
    with odoo.server.engine.transaction() as env:
        for product in env.store.table("product.product"):
            env.store.change("product.product", product, {"write_date": "2026-01-01 00:00:00"})
    pull()
    line = PurchaseOrderLine.objects.get()
    odoo.write("product.product", line.product_odoo_id, default_code="FST-NEW")
    assert pull(minutes=5) == 1
    line = PurchaseOrderLine.objects.get()
    assert line.product_code == "FST-NEW"


def test_an_idle_odoo_costs_one_call_per_model(odoo, pull):
    odoo.order(10, 20)
    pull()
    odoo.vendor("Somebody Else")
    pull()
    pull(minutes=5)
    before = odoo.server.calls.last
    assert pull(minutes=10) == 0
    assert [call.model for call in odoo.server.calls.after(before)] == IDLE
    assert {call.method for call in odoo.server.calls.after(before)} == {"search_read"}


def test_an_order_deleted_in_odoo_is_closed_and_journalled(odoo, pull, find_deleted):
    kept, gone = odoo.order(10), odoo.order(10)
    pull()
    delete(odoo, gone)
    pull(minutes=5)
    assert PurchaseOrder.objects.get(odoo_id=gone).state == OrderState.ORDERED
    assert find_deleted() >= 1
    order = PurchaseOrder.objects.get(odoo_id=gone)
    assert order.state == OrderState.WITHDRAWN
    assert order.lines.get().state == LineState.CANCELLED
    assert JournalEntry.objects.filter(subject_id=order.pk, verb="order.deleted").exists()
    assert PurchaseOrder.objects.get(odoo_id=kept).state == OrderState.ORDERED
    assert find_deleted() == 0


def test_looking_for_deletions_costs_one_call_per_model_that_reads_ids_only(odoo, pull, find_deleted):
    odoo.order(10)
    pull()
    before = odoo.server.calls.last
    assert find_deleted() == 0
    calls = [(call.model, call.method) for call in odoo.server.calls.after(before)]
    assert calls == [(model, "search") for model in IDLE[:3]]


def test_a_line_deleted_in_odoo_is_closed(odoo, pull, find_deleted):
    order_id = odoo.order(10, 20, confirm=False)
    odoo.write("purchase.order", order_id, state="sent")
    pull()
    gone = PurchaseOrderLine.objects.get(quantity=20)
    odoo.client.call("purchase.order.line", "unlink", [gone.odoo_id])
    assert find_deleted() == 1
    gone = PurchaseOrderLine.objects.get(pk=gone.pk)
    assert gone.state == LineState.CANCELLED
    assert gone.order.state == OrderState.QUOTED


def test_when_nearly_all_seems_deleted_nothing_is_closed(cast, odoo, pull, find_deleted):
    odoo.order(10)
    pull()
    for _ in range(30):
        factories.order(cast.acme, cast.northwind, lines=1)
    with pytest.raises(NeedsAttention, match="right database"):
        find_deleted()
    assert not PurchaseOrder.objects.filter(state=OrderState.WITHDRAWN).exists()
    cast.northwind.connection.refresh_from_db()
    assert "Nothing was closed" in cast.northwind.connection.last_fault


def test_without_inventory_orders_come_in_all_the_same(odoo, pull, monkeypatch):
    monkeypatch.delitem(odoo.server.engine.models, "stock.picking")
    odoo.order(10, confirm=False)
    odoo.write("purchase.order", odoo.read("purchase.order", [], "id")[0]["id"], state="sent")
    assert pull() == 1
    assert not ReceiptLine.objects.exists()
