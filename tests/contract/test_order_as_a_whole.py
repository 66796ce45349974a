"""Acknowledge an order, confirm a request for quotation, note the supplier's own number."""

import pytest

from integrations.errors import FaultClass, NeedsAttention


def test_an_order_is_acknowledged_once(odoo):
    order = odoo.order()
    assert not odoo.record(order).acknowledged
    gateway, client = odoo.recording()
    gateway.visit(order).acknowledge()
    gateway.visit(order).acknowledge()
    assert odoo.record(order).acknowledged
    assert len(client.writes) == 1


def test_a_request_for_quotation_is_confirmed_once(odoo):
    order = odoo.rfq()
    odoo.do("purchase.order", "write", order, vals={"state": "sent"})
    gateway, client = odoo.recording()
    gateway.visit(order).confirm_rfq()
    gateway.visit(order).confirm_rfq()
    assert odoo.record(order).state == "purchase"
    assert client.writes == [("purchase.order", "button_confirm")]
    assert len(odoo.receipts(order)) == 1


@pytest.mark.parametrize("state", ["draft", "cancel"])
def test_what_is_no_longer_sent_is_not_confirmed(odoo, state):
    order = odoo.rfq()
    if state == "cancel":
        odoo.do("purchase.order", "button_cancel", order)
    with pytest.raises(NeedsAttention) as refused:
        odoo.gateway.visit(order).confirm_rfq()
    assert refused.value.fault == FaultClass.CONFLICT
    assert odoo.record(order).state == state


def test_the_suppliers_number_is_noted_where_bills_do_not_take_it_over(odoo):
    """Up to 18 every bill of the order would get it as its own number and payment reference."""
    order = odoo.order()
    before = odoo.record(order)
    gateway, client = odoo.recording()
    gateway.visit(order).note_supplier_reference("SO-4711")
    gateway.visit(order).note_supplier_reference("SO-4711")
    after = odoo.record(order)
    stays = gateway.dialect.reference_stays
    assert after.supplier_reference == ("SO-4711" if stays else "")
    assert after.lines == before.lines
    assert client.writes == ([("purchase.order", "write")] if stays else [])


def test_what_a_buyer_typed_as_vendor_reference_stands(odoo):
    order = odoo.order(partner_ref="Typed by a buyer")
    odoo.gateway.visit(order).note_supplier_reference("SO-4711", former="SO-1")
    assert odoo.record(order).supplier_reference == "Typed by a buyer"
    odoo.gateway.visit(order).note_supplier_reference("SO-4711", former="Typed by a buyer")
    expected = "SO-4711" if odoo.gateway.dialect.reference_stays else "Typed by a buyer"
    assert odoo.record(order).supplier_reference == expected


def test_on_an_order_that_is_gone_all_is_a_conflict(odoo):
    visit = odoo.gateway.visit(2_000_000_000)
    for verb in (visit.acknowledge, visit.confirm_rfq):
        with pytest.raises(NeedsAttention, match="gone") as refused:
            verb()
        assert refused.value.fault == FaultClass.CONFLICT
