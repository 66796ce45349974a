"""Trouble on the wire, made by a real server on real sockets: what it becomes, and that nothing doubles."""

from contextlib import suppress

import pytest

from integrations.errors import DeliveryError, FaultClass, NeedsAttention, TryLater
from integrations.odoo.client import connect
from integrations.odoo.gateway import OdooGateway
from integrations.odoo.records import Note, Question


@pytest.fixture
def gateway(stage):
    """A gateway that gives up after a second."""
    client = connect(stage.service, connect_seconds=1, read_seconds=1)
    yield OdooGateway(client)
    client.close()


@pytest.mark.parametrize("kind", ["down", "lost_reply", "cut_reply", "serialization", "error_500"])
def test_weather_may_be_tried_again(stage, gateway, kind):
    order = stage.order()
    gateway.orders([order])
    stage.sandbox.faults.add(kind, model="purchase.order", method="search_read")
    with pytest.raises(TryLater):
        gateway.orders([order])
    assert gateway.orders([order])


def test_an_answer_that_takes_too_long_is_weather(stage, gateway):
    order = stage.order()
    gateway.orders([order])
    stage.sandbox.faults.add("slow", model="purchase.order", method="search_read", seconds=1.5)
    with pytest.raises(TryLater, match="in time"):
        gateway.orders([order])


def test_a_revoked_key_needs_a_person(stage, gateway):
    gateway.identify()
    stage.sandbox.faults.add("key_revoked")
    with pytest.raises(NeedsAttention) as refused:
        gateway.orders([1])
    assert refused.value.fault == FaultClass.PERMISSION


@pytest.mark.parametrize(
    "kind", ["down", "lost_reply", "cut_reply", "duplicate", "serialization", "error_500"]
)
@pytest.mark.parametrize("verb", ["note", "question"])
def test_whatever_happens_to_the_call_a_repeat_leaves_one(stage, gateway, kind, verb):
    order = stage.order()
    model = "mail.message" if verb == "note" else "mail.activity"
    stage.sandbox.faults.add(kind, model=model, method="load")
    note = Note(f"note of {order}", "<p>Acme agreed.</p>")
    question = Question(f"question of {order}", "Acme offers two deliveries", "<p>6 and 4</p>", None)
    for _ in range(2):
        with suppress(DeliveryError):
            if verb == "note":
                gateway.visit(order).post_note(note)
            else:
                gateway.visit(order).ask_buyer(question)
    domain = [("res_id", "=", order), *([("body", "ilike", "Acme agreed")] if verb == "note" else [])]
    assert stage.buyer.call(model, "search_count", domain=domain) == 1


def test_refused_once_is_refused_with_a_sentence(stage, gateway):
    order = stage.order()
    stage.sandbox.faults.add("refuse", model="purchase.order", method="write")
    with pytest.raises(NeedsAttention, match="may not") as refused:
        gateway.client.call("purchase.order", "write", [order], vals={"origin": "SO-1"})
    assert refused.value.fault == FaultClass.PERMISSION
