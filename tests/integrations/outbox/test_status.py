"""A page can say how far a document has come."""

import pytest

from integrations.errors import NeedsAttention, TryLater
from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage
from integrations.outbox.status import SyncState, sync_state, sync_states
from tests.integrations.outbox.conftest import DOCUMENT, NOW, enqueue

pytestmark = pytest.mark.django_db


def test_a_document_without_messages_is_settled():
    assert sync_state(DOCUMENT) == SyncState()
    assert sync_state(DOCUMENT).is_settled
    assert sync_states([]) == {}


def test_what_is_on_its_way_is_counted(partner, patience):
    enqueue("a")
    enqueue("b")
    partner.fails("a", TryLater("Odoo does not answer."))
    engine.deliver_document(DOCUMENT, now=NOW, patience=patience)
    assert sync_state(DOCUMENT) == SyncState(waiting=2, last_reason="Odoo does not answer.")
    engine.claim(DOCUMENT, now=NOW.replace(hour=10))
    assert sync_state(DOCUMENT).waiting == 2


def test_what_was_delivered_has_a_time(partner):
    enqueue("a")
    engine.deliver_document(DOCUMENT, now=NOW)
    assert sync_state(DOCUMENT) == SyncState(delivered_at=OutboxMessage.objects.get().delivered_at)


def test_what_needs_a_person_says_why(partner):
    enqueue("a")
    enqueue("b")
    enqueue("c")
    partner.fails("b", NeedsAttention("Odoo has no such order.", detail="MissingError"))
    engine.deliver_document(DOCUMENT, now=NOW)
    state = sync_state(DOCUMENT)
    (parked,) = state.parked
    assert (parked.reason, parked.detail) == ("Odoo has no such order.", "MissingError")
    assert parked.since == OutboxMessage.objects.get(key="b").parked_at
    assert state.waiting == 1
    assert state.delivered_at is not None
    assert not state.is_settled


def test_a_page_of_documents_takes_one_query(partner, django_assert_num_queries):
    documents = [f"purchase_order:{number}" for number in range(80)]
    enqueue("a", document=documents[0])
    enqueue("b", document=documents[79])
    engine.deliver_document(documents[79], now=NOW)
    with django_assert_num_queries(1):
        states = sync_states(documents)
    assert list(states) == documents
    assert states[documents[0]].waiting == 1
    assert states[documents[79]].delivered_at is not None
    assert states[documents[1]].is_settled
