"""What a database lacks is said in plain words, and only what needs it is switched off."""

import pytest

from integrations.odoo.gateway import OdooGateway
from integrations.odoo.lacking import sentences
from integrations.odoo.sandbox.server import SandboxServer
from integrations.odoo.subjects import Subject
from tests.contract.stage import Stage


@pytest.fixture
def gateway(stage: Stage) -> OdooGateway:
    """A gateway that has asked nothing yet."""
    return OdooGateway(stage.client)


def without(monkeypatch: pytest.MonkeyPatch, server: SandboxServer, model: str) -> None:
    """Make the sandbox a database in which the module that brings *model* is not installed."""
    monkeypatch.delitem(server.engine.models, model)


def test_a_complete_database_lacks_nothing(gateway):
    identity = gateway.identify()
    assert identity.missing_fields == ()
    assert all(gateway.offers(subject) for subject in Subject)


def test_without_inventory_receipts_are_switched_off_and_nothing_else(server, gateway, monkeypatch):
    without(monkeypatch, server, "stock.picking")
    identity = gateway.identify()
    assert "stock.picking" in identity.missing_fields
    assert [words for words in identity.warnings if words.startswith("Inventory for purchases")]
    assert [subject for subject in Subject if not gateway.offers(subject)] == [Subject.RECEIPTS]


def test_a_field_that_is_missing_is_named_and_left_out(server, stage, gateway, monkeypatch):
    monkeypatch.delitem(server.engine.schema.models["purchase.order"].fields, "incoterm_id")
    order = stage.order()
    identity = gateway.identify()
    assert identity.missing_fields == ("purchase.order.incoterm_id",)
    assert "Orders have no incoterm there: none is shown." in identity.warnings
    (record,) = gateway.orders([order])
    assert record.incoterm == ""


def test_each_consequence_is_said_once():
    said = sentences(["stock.picking", "stock.move", "purchase.order.picking_ids", "x.thing.colour"])
    assert len(said) == 2
    assert said[1] == "x.thing.colour is missing there: what needs it is switched off."
