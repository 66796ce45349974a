"""A repair goes the allowed way: Odoo's values are read again, agreed values are sent again."""

from datetime import UTC, datetime
from decimal import Decimal

from integrations.outbox.engine import deliver_document
from integrations.outbox.models import OutboxMessage, Status
from integrations.reconciliation import repairs
from integrations.reconciliation.models import Difference, State
from orders.purchasing.lifecycle import OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from suppliers.journal.models import JournalEntry
from tests import factories


def states(run):
    return set(run.differences.values_list("state", flat=True))


def test_missing_and_spoilt_orders_are_read_again_through_the_feed_s_own_door(
    cast, odoo, pull, compare, found, repair
):
    gone, spoilt = odoo.order(10), odoo.order(20)
    pull()
    PurchaseOrder.objects.filter(odoo_id=gone).delete()
    PurchaseOrderLine.objects.filter(order__odoo_id=spoilt).update(quantity=Decimal(7), received=Decimal(3))
    run = compare()
    assert repair(run, by=cast.ada) == 3
    assert states(run) == {State.REPAIRED}
    assert set(PurchaseOrderLine.objects.values_list("quantity", "received")) == {(10, 0), (20, 0)}
    assert found(compare()) == []
    entries = JournalEntry.objects.filter(verb="order.read_again")
    assert {entry.actor for entry in entries} == {cast.ada}
    assert entries.count() == 2


def test_one_is_repaired_and_the_others_stay(odoo, pull, compare, repair):
    odoo_ids = [odoo.order(10), odoo.order(20)]
    pull()
    PurchaseOrderLine.objects.update(received=Decimal(3))
    run = compare()
    assert repair(run, document_odoo_id=odoo_ids[0]) == 1
    assert sorted(run.differences.values_list("state", flat=True)) == [State.OPEN, State.REPAIRED]
    assert PurchaseOrderLine.objects.get(order__odoo_id=odoo_ids[1]).received == 3


def test_an_order_that_is_gone_is_withdrawn_and_journalled(odoo, pull, compare, found, repair):
    odoo_id = odoo.order(10)
    pull()
    odoo.client.call("purchase.order", "button_cancel", [odoo_id])
    odoo.client.call("purchase.order", "unlink", [odoo_id])
    run = compare()
    assert repair(run) == 1
    order = PurchaseOrder.objects.get()
    assert order.state == OrderState.WITHDRAWN
    assert order.revision == 2
    verbs = set(JournalEntry.objects.filter(subject_id=order.pk).values_list("verb", flat=True))
    assert {"order.deleted", "order.changed"} <= verbs
    assert found(compare()) == []


def test_agreed_values_are_sent_again_once_and_reach_odoo(
    cast, odoo, pull, compare, found, repair, agree_on_eight
):
    odoo_id = odoo.order(10)
    pull()
    order = PurchaseOrder.objects.get()
    agree_on_eight(order)
    run = compare()
    assert repair(run, by=cast.ada) == 1
    Difference.objects.filter(run=run).update(state=State.OPEN)
    repair(run, by=cast.ada)  # somebody pressed again
    message = OutboxMessage.objects.get()
    deliver_document(order.document, now=datetime.now(UTC))
    message.refresh_from_db()
    assert message.status == Status.DELIVERED
    assert odoo.lines(odoo_id)[0]["product_qty"] == 8
    assert JournalEntry.objects.filter(verb="order.sent_again").exists()
    pull()
    assert found(compare()) == []


def test_a_button_pressed_twice_is_one_repair(cast, odoo, pull, compare):
    odoo.order(10)
    pull()
    PurchaseOrderLine.objects.update(received=Decimal(3))
    run = compare()
    wanted = Difference.objects.filter(run=run)
    assert repairs.ask_for_repair(wanted, by_id=cast.ada.pk, at=factories.NOW) == 1
    assert repairs.ask_for_repair(wanted, by_id=cast.ada.pk, at=factories.NOW) == 0


def test_what_cannot_be_reached_says_so_and_may_be_tried_again(cast, odoo, pull, compare, repair):
    odoo.order(10)
    pull()
    PurchaseOrderLine.objects.update(received=Decimal(3))
    run = compare()
    url = cast.northwind.connection.url
    cast.northwind.connection.__class__.objects.update(url="http://127.0.0.1:9")
    assert repair(run) == 0
    difference = run.differences.get()
    assert difference.state == State.FAILED
    assert difference.outcome
    assert difference.may_be_repaired
    cast.northwind.connection.__class__.objects.update(url=url)
    assert repair(run) == 1


def test_what_needs_a_person_is_never_repaired(cast, odoo, pull, compare, repair):
    odoo_id = odoo.order(10)
    pull()
    odoo.write("purchase.order", odoo_id, partner_id=odoo.vendor("Globex"))
    run = compare()
    repair(run)
    assert run.differences.get(field="vendor").state == State.OPEN
