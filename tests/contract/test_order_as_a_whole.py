"""Acknowledge an order, confirm a request for quotation, note the supplier's own number."""

import pytest

from integrations.errors import FaultClass, NeedsAttention


def test_an_order_is_acknowledged_once(odoo):
    order = odoo.order()
    assert not odoo.record(order).acknowledged
    gateway, client = odoo.recording()
    gateway.acknowledge(order)
    gateway.acknowledge(order)
    assert odoo.record(order).acknowledged
    assert len(client.writes) == 1


def test_a_request_for_quotation_is_confirmed_once(odoo):
    order = odoo.rfq()
    odoo.do("purchase.order", "write", order, vals={"state": "sent"})
    gateway, client = odoo.recording()
    gateway.confirm_rfq(order)
    gateway.confirm_rfq(order)
    assert odoo.record(order).state == "purchase"
    assert client.writes == [("purchase.order", "button_confirm")]
    assert len(odoo.receipts(order)) == 1


@pytest.mark.parametrize("state", ["draft", "cancel"])
def test_what_is_no_longer_sent_is_not_confirmed(odoo, state):
    order = odoo.rfq()
    if state == "cancel":
        odoo.do("purchase.order", "button_cancel", order)
    with pytest.raises(NeedsAttention) as refused:
        odoo.gateway.confirm_rfq(order)
    assert refused.value.fault == FaultClass.CONFLICT
    assert odoo.record(order).state == state


def test_the_suppliers_number_is_noted_and_changes_nothing_else(odoo):
    order = odoo.order()
    before = odoo.record(order)
    gateway, client = odoo.recording()
    gateway.note_supplier_reference(order, "SO-4711")
    gateway.note_supplier_reference(order, "SO-4711")
    after = odoo.record(order)
    assert after.supplier_reference == "SO-4711"
    assert after.lines == before.lines
    assert client.writes == [("purchase.order", "write")]


def test_on_an_order_that_is_gone_all_is_a_conflict(odoo):
    for verb in (odoo.gateway.acknowledge, odoo.gateway.confirm_rfq):
        with pytest.raises(NeedsAttention, match="gone") as refused:
            verb(2_000_000_000)
        assert refused.value.fault == FaultClass.CONFLICT
