"""What a comparison finds: missing, gone, older and different, and nothing that is on its way."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.odoo.connect import gateway_for
from integrations.odoo.cursors import OVERLAP
from integrations.odoo.models import ImportRun
from integrations.outbox import delivery
from integrations.outbox.delivery import Delivery
from integrations.outbox.engine import deliver_document
from integrations.outbox.models import OutboxMessage, Status
from integrations.reconciliation import engine
from integrations.reconciliation.models import Direction, Kind, ReconciliationRun
from orders.purchasing.actions import accept_order
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.odoo_push import push_agreement
from tests import factories
from tests.orders.odoo import PLANNED


def accept(order: PurchaseOrder, by) -> None:
    accept_order(order, by=by, revision=order.revision, submission=uuid.uuid4(), at=factories.NOW)


def test_what_the_feed_brought_is_in_step(odoo, pull, compare, found):
    for _ in range(3):
        odoo.order(10, 20)
    pull()
    run = compare()
    assert found(run) == []
    assert (run.documents, run.records, run.total) == (3, 6, 3)
    assert run.finished_at is not None


def test_every_state_an_order_may_have_is_in_step(odoo, pull, compare, found):
    sent, cancelled, drafted, emptied = (odoo.order(10, confirm=False) for _ in range(4))
    for order_id in (sent, cancelled, drafted):
        odoo.write("purchase.order", order_id, state="sent")
    odoo.client.call("purchase.order", "button_confirm", [emptied])
    pull()
    odoo.client.call("purchase.order", "button_cancel", [cancelled])
    odoo.client.call("purchase.order", "button_cancel", [drafted])
    odoo.client.call("purchase.order", "button_draft", [drafted])
    line = odoo.lines(emptied)[0]["id"]
    odoo.write("purchase.order.line", line, product_qty=0, price_unit=4.5, date_planned=PLANNED)
    pull()
    states = dict(PurchaseOrder.objects.values_list("odoo_id", "state"))
    assert (states[sent], states[cancelled]) == (OrderState.QUOTED, OrderState.CANCELLED)
    assert (states[drafted], states[emptied]) == (OrderState.WITHDRAWN, OrderState.ORDERED)
    assert found(compare()) == []


def test_an_order_that_was_never_read_is_missing(odoo, pull, compare, found):
    odoo.order(10)
    pull()
    PurchaseOrder.objects.all().delete()
    ((kind, field, here, there),) = found(compare())
    assert (kind, field, here) == (Kind.MISSING, "", "")
    assert there == "Purchase order, 1 line, Acme Fasteners GmbH"


def test_an_order_that_was_deleted_in_odoo_is_extra(odoo, pull, compare, found):
    odoo.order(10)
    odoo_id = odoo.order(10, 20)
    pull()
    odoo.client.call("purchase.order", "button_cancel", [odoo_id])
    odoo.client.call("purchase.order", "unlink", [odoo_id])
    run = compare()
    assert found(run) == [(Kind.EXTRA, "", "Purchase order, 2 lines, Acme Fasteners GmbH", "")]
    assert run.differences.get().document_odoo_id == odoo_id


def test_what_was_closed_here_may_be_deleted_in_odoo(odoo, pull, compare, found):
    odoo_id = odoo.order(10)
    pull()
    odoo.client.call("purchase.order", "button_cancel", [odoo_id])
    pull()
    odoo.client.call("purchase.order", "unlink", [odoo_id])
    assert found(compare()) == []


def test_a_newer_version_in_odoo_makes_ours_stale(odoo, pull, compare, found):
    odoo_id = odoo.order(10)
    pull()
    odoo.write("purchase.order", odoo_id, **{_notes(odoo): "<p>Ring the bell</p>"})
    PurchaseOrder.objects.update(written_at=factories.NOW - timedelta(days=2))
    ((kind, field, here, there),) = found(compare())
    assert (kind, field, here) == (Kind.STALE, "notes", "")
    assert "Ring the bell" in there


def test_a_mirror_that_was_spoilt_here_is_different_whatever_the_feed_remembers(odoo, pull, compare, found):
    odoo.order(10, 20)
    pull()
    line = PurchaseOrderLine.objects.order_by("odoo_id")[0]
    PurchaseOrderLine.objects.filter(pk=line.pk).update(quantity=Decimal(7), received=Decimal(3))
    assert found(compare()) == [
        (Kind.DIFFERENT, "quantity", "7", "10"),
        (Kind.DIFFERENT, "received", "3", "0"),
    ]


def test_lines_that_one_side_lacks_are_named(odoo, pull, compare, found):
    odoo.order(10, 20)
    pull()
    order = PurchaseOrder.objects.get()
    order.lines.order_by("odoo_id")[0].delete()
    factories.line(order, odoo_id=900_001, product_code="OLD-1")
    rows = {(kind, field, here[:5], there[:8]) for kind, field, here, there in found(compare())}
    assert rows == {(Kind.MISSING, "", "", "10 Units"), (Kind.EXTRA, "", "OLD-1", "")}


def test_a_cancelled_line_that_is_gone_in_odoo_is_no_difference(odoo, pull, compare, found):
    odoo.order(10)
    pull()
    factories.line(PurchaseOrder.objects.get(), odoo_id=900_001, state=LineState.CANCELLED)
    assert found(compare()) == []


def test_another_vendor_is_told_and_left_to_a_person(odoo, pull, compare):
    odoo_id = odoo.order(10)
    pull()
    odoo.write("purchase.order", odoo_id, partner_id=odoo.vendor("Globex"))
    difference = compare().differences.get(field="vendor")
    assert (difference.here, difference.there) == ("Acme Fasteners GmbH", "Globex")
    assert difference.direction == Direction.NONE


def test_agreed_values_that_odoo_does_not_hold_are_ours_to_send(odoo, pull, compare, found, agree_on_eight):
    odoo.order(10)
    pull()
    order = PurchaseOrder.objects.get()
    agree_on_eight(order)
    run = compare()
    assert found(run) == [(Kind.DIFFERENT, "agreed quantity", "8", "10")]
    assert run.differences.get().direction == Direction.PUSH


@pytest.mark.parametrize("status", [Status.PENDING, Status.PARKED])
def test_what_waits_in_the_outbox_is_no_drift(odoo, pull, compare, found, agree_on_eight, status):
    odoo.order(10)
    pull()
    order = PurchaseOrder.objects.get()
    agree_on_eight(order)
    stopped = {"parked_at": factories.NOW, "reason": "It needs a person."} if status == Status.PARKED else {}
    OutboxMessage.objects.create(
        topic="purchase_order.agreement", key="k", document=order.document, destination="odoo:1", payload={},
        status=status, **stopped,
    )  # fmt: skip
    assert found(compare()) == []


def test_an_agreement_is_no_drift_at_any_moment_of_its_delivery(
    cast, odoo, pull, compare, found, sally, monkeypatch
):
    odoo.order(10)
    pull()
    order = PurchaseOrder.objects.get()
    accept(order, sally(order))
    assert found(compare()) == []  # not sent yet
    handler = push_agreement.handler
    seen = []

    def between(message):
        result = handler(message)
        # Odoo has it, and the message is still being sent.
        seen.append(found(compare()))
        return result

    slow = Delivery(push_agreement.topic, push_agreement.queue, between)
    monkeypatch.setitem(delivery._deliveries, slow.topic, slow)
    deliver_document(order.document, now=datetime.now(UTC))
    assert seen == [[]]
    PurchaseOrder.objects.update(written_at=factories.NOW - timedelta(days=2))
    # Delivered: Odoo was written just now, and the feed has not read the echo yet.
    assert found(compare(overlap=OVERLAP)) == []
    pull()
    assert found(compare()) == []


def test_what_was_written_within_the_overlap_is_left_to_the_feed(odoo, pull, compare, found):
    odoo_id = odoo.order(10, 20)
    pull()
    odoo.order(5)  # not read yet
    line = odoo.lines(odoo_id)[0]["id"]
    odoo.write("purchase.order.line", line, product_qty=12, price_unit=4.5, date_planned=PLANNED)
    assert found(compare(overlap=OVERLAP)) == []
    assert {kind for kind, *_ in found(compare())} >= {Kind.MISSING}


def test_a_change_that_comes_in_while_we_compare_is_no_drift(cast, odoo, pull, compare, found, monkeypatch):
    odoo_id = odoo.order(10)
    pull()
    from_odoo = gateway_for(cast.northwind.connection)
    pages = from_odoo.order_pages

    def pages_then_change(*args, **options):
        yield from pages(*args, **options)
        odoo.write("purchase.order", odoo_id, **{_notes(odoo): "<p>later</p>"})
        pull()

    monkeypatch.setattr(from_odoo, "order_pages", pages_then_change)
    assert found(compare(overlap=OVERLAP)) == []


def test_a_difference_keeps_its_age_from_run_to_run(odoo, pull, compare):
    odoo.order(10)
    pull()
    PurchaseOrderLine.objects.update(received=Decimal(3))
    monday = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    compare(now=monday)
    PurchaseOrder.objects.update(incoterm="EXW")
    run = compare(now=monday + timedelta(days=1))
    since = dict(run.differences.values_list("field", "first_seen_at"))
    assert since == {"received": monday, "incoterm": monday + timedelta(days=1)}


def test_another_company_s_orders_are_not_looked_at(cast, odoo, pull, compare, found):
    odoo.order(10)
    pull()
    factories.order(cast.acme, factories.company("Northwind Iberia", connection=cast.northwind.connection))
    assert found(compare()) == []


def test_nothing_is_compared_while_the_first_import_goes_on(cast, odoo, pull, compare):
    odoo.order(10)
    ImportRun.objects.create(connection=cast.northwind.connection, total=1, started_at=factories.NOW)
    run = compare()
    assert "first import" in run.fault
    assert not run.differences.exists()


def test_an_odoo_that_is_away_ends_the_run_with_its_reason(cast, odoo, pull, compare):
    odoo.server.stop()
    cast.northwind.connection.url = "http://127.0.0.1:9"
    cast.northwind.connection.save()
    run = compare()
    assert run.fault
    assert run.finished_at is not None


def test_when_very_many_seem_gone_no_button_closes_them(cast, odoo, pull, compare):
    odoo.order(10)
    pull()
    supplier = PurchaseOrder.objects.get().supplier
    for _ in range(30):
        factories.order(supplier, cast.northwind, lines=1)
    run = compare()
    assert run.extra == 30
    assert "may still see" in run.warning
    assert set(run.differences.values_list("direction", flat=True)) == {Direction.NONE}


def test_a_comparison_asks_a_fixed_number_of_queries_per_page(odoo, pull, compare, found):
    for _ in range(4):
        odoo.order(10, 20)
    pull()
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            assert found(compare()) == []
        # The calls to Odoo are counted and limited by queries of their own.
        counted.append(sum("purchasing_" in query["sql"] for query in queries))
        for _ in range(4):
            odoo.order(5)
        pull()
    assert counted[0] == counted[1] <= 4


def test_asking_twice_compares_once_and_a_dead_run_gives_way(cast, odoo):
    first, is_new = engine.open_run(cast.northwind.pk, now=factories.NOW)
    again, is_new_again = engine.open_run(cast.northwind.pk, now=factories.NOW)
    assert (first, is_new, is_new_again) == (again, True, False)
    later, is_new = engine.open_run(cast.northwind.pk, now=factories.NOW + timedelta(hours=1))
    assert is_new
    assert later != first
    first.refresh_from_db()
    assert "interrupted" in first.fault


def test_old_reports_are_forgotten(cast):
    old, _ = engine.open_run(cast.northwind.pk, now=factories.NOW - timedelta(days=91))
    engine.prune(now=factories.NOW)
    assert not ReconciliationRun.objects.filter(pk=old.pk).exists()


def _notes(odoo) -> str:
    return "note" if odoo.server.version >= 19 else "notes"


def test_both_sides_make_the_same_hash_of_whatever_people_type(cast, odoo, pull, compare, monkeypatch):
    odoo_id = odoo.order(0.5, 1250.75)
    text = "Größe 漢 \\N 100 % \t{x} 'quoted'"
    line = odoo.lines(odoo_id)[0]["id"]
    odoo.write("purchase.order.line", line, name=text)
    odoo.write("purchase.order", odoo_id, **{_notes(odoo): f"<p>{text}</p>"}, partner_ref="SO-1")
    pull()
    gateway = gateway_for(cast.northwind.connection)
    read: list[int] = []

    def orders(ids):
        read.extend(ids)
        return []

    monkeypatch.setattr(gateway, "orders", orders)
    assert compare().documents == 1
    assert read == []  # equal hashes: no order is looked at closely
