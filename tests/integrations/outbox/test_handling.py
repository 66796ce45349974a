"""People put exceptions off, hand them over and change them; money takes two; who did it is kept."""

from datetime import timedelta

import pytest

from integrations.errors import NeedsAttention, TryLater
from integrations.outbox import engine, handling
from integrations.outbox.editing import edited
from integrations.outbox.handling import Edit, NotPossible, Person, fingerprint
from integrations.outbox.models import OutboxMessage, Status
from tests.integrations.outbox.conftest import DOCUMENT, NOW, enqueue

pytestmark = pytest.mark.django_db

ANNA, BERT = Person(1, "Anna"), Person(2, "Bert")
PAYLOAD = {"quantity": "10", "comment": "soon"}


@pytest.fixture
def parked(partner) -> OutboxMessage:
    """A message Odoo refused."""
    enqueue("a", payload=PAYLOAD)
    partner.fails("a", NeedsAttention("Odoo has no such order."))
    engine.deliver_document(DOCUMENT, now=NOW)
    return OutboxMessage.objects.get()


def edit_of(message: OutboxMessage, reason: str = "A slip", **typed: str) -> Edit:
    payload, changes = edited(message.payload, typed)
    return Edit(payload, changes, reason, fingerprint(message.payload))


def test_a_harmless_change_is_made_and_sent_at_once(partner, parked):
    del partner.parts["a"]
    assert handling.change_payload(parked.pk, edit_of(parked, comment="later"), by=ANNA, now=NOW)
    assert engine.deliver_document(DOCUMENT, now=NOW) == 1
    parked.refresh_from_db()
    assert (parked.status, parked.payload) == (Status.DELIVERED, {"quantity": "10", "comment": "later"})
    assert [entry["did"] for entry in parked.history] == ["Changed", "Sent again"]
    assert parked.history[0]["changes"] == [{"path": "comment", "old": "soon", "new": "later"}]
    assert parked.history[0]["why"] == "A slip"


def test_a_change_of_money_or_goods_waits_for_somebody_else(partner, parked):
    assert not handling.change_payload(parked.pk, edit_of(parked, quantity="8"), by=ANNA, now=NOW)
    parked.refresh_from_db()
    assert (parked.status, parked.payload) == (Status.PARKED, PAYLOAD)
    with pytest.raises(NotPossible, match="your own"):
        handling.approve_edit(parked.pk, by=ANNA, now=NOW)
    handling.approve_edit(parked.pk, by=BERT, now=NOW)
    parked.refresh_from_db()
    assert (parked.status, parked.payload["quantity"], parked.proposed_edit) == (Status.PENDING, "8", None)
    assert [(entry["by"], entry["did"]) for entry in parked.history] == [
        ("Anna", "Proposed a change"),
        ("Bert", "Approved the change by Anna"),
        ("Bert", "Sent again"),
    ]


def test_an_approval_counts_once(parked):
    handling.change_payload(parked.pk, edit_of(parked, quantity="8"), by=ANNA, now=NOW)
    handling.approve_edit(parked.pk, by=BERT, now=NOW)
    with pytest.raises(NotPossible, match="decided"):
        handling.approve_edit(parked.pk, by=BERT, now=NOW)


def test_a_second_change_waits_until_the_first_is_decided(parked):
    handling.change_payload(parked.pk, edit_of(parked, quantity="8"), by=ANNA, now=NOW)
    with pytest.raises(NotPossible, match="by Anna waits"):
        handling.change_payload(parked.pk, edit_of(parked, comment="x"), by=BERT, now=NOW)
    handling.drop_edit(parked.pk, by=BERT, reason="Ten is right", now=NOW)
    assert handling.change_payload(parked.pk, edit_of(parked, comment="x"), by=BERT, now=NOW)


def test_a_change_of_what_was_changed_meanwhile_is_refused(parked):
    old = edit_of(parked, comment="x")
    OutboxMessage.objects.update(payload={"quantity": "9", "comment": "soon"})
    with pytest.raises(NotPossible, match="meanwhile"):
        handling.change_payload(parked.pk, old, by=ANNA, now=NOW)


def test_a_change_needs_a_reason_and_a_difference(parked):
    for edit in (edit_of(parked, comment="soon"), edit_of(parked, " ", comment="x")):
        with pytest.raises(NotPossible, match="reason"):
            handling.change_payload(parked.pk, edit, by=ANNA, now=NOW)


def test_what_is_delivered_or_under_way_cannot_be_changed(partner):
    done, under_way = enqueue("a", payload=PAYLOAD), enqueue("x", document="d:2", payload=PAYLOAD)
    engine.deliver_document(DOCUMENT, now=NOW)
    engine.claim("d:2", now=NOW)
    for message in (done, under_way):
        with pytest.raises(NotPossible, match="cannot be changed"):
            handling.change_payload(message.pk, edit_of(message, comment="x"), by=ANNA, now=NOW)


def test_putting_off_and_handing_over_count_once(parked):
    until = NOW + timedelta(days=1)
    assert handling.put_off([parked.pk], until=until, by=ANNA, now=NOW) == 1
    assert handling.put_off([parked.pk], until=until, by=ANNA, now=NOW) == 0
    assert handling.assign([parked.pk], to=BERT, by=ANNA, now=NOW) == 1
    assert handling.assign([parked.pk], to=BERT, by=ANNA, now=NOW) == 0
    parked.refresh_from_db()
    assert (parked.snoozed_until, parked.assigned_to_id, parked.assigned_to_name) == (until, 2, "Bert")
    did = [entry["did"] for entry in parked.history]
    assert did == ["Put off until 2026-11-24 09:00 UTC", "Given to Bert"]


def test_a_second_click_on_send_again_changes_nothing(parked):
    assert engine.retry([parked.pk], by_name="Anna", now=NOW) == 1
    assert engine.retry([parked.pk], by_name="Anna", now=NOW) == 0
    parked.refresh_from_db()
    assert len(parked.history) == 1


def test_the_trouble_is_told_after_it_was_solved(partner, parked):
    del partner.parts["a"]
    engine.retry([parked.pk], by_name="Anna", now=NOW)
    engine.deliver_document(DOCUMENT, now=NOW + timedelta(hours=1))
    parked.refresh_from_db()
    assert (parked.status, parked.reason) == (Status.DELIVERED, "")
    assert (parked.trouble, parked.trouble_class) == ("Odoo has no such order.", "data")
    assert parked.troubled_at is not None
    assert abs(parked.troubled_at - NOW) < timedelta(minutes=1)


def test_what_never_failed_is_no_exception(partner, patience):
    enqueue("a")
    engine.deliver_document(DOCUMENT, now=NOW)
    assert OutboxMessage.objects.get().troubled_at is None
    enqueue("b", document="d:2")
    partner.fails("b", TryLater("Odoo does not answer."))
    engine.deliver_document("d:2", now=NOW, patience=patience)
    assert OutboxMessage.objects.get(key="b").trouble == "Odoo does not answer."


def test_so_many_at_once_are_left_to_the_sweep(partner):
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            topic="test.told", key=f"k{n}", document=f"d:{n}", destination="odoo:1", payload={},
            status=Status.PARKED, reason="No.", parked_at=NOW,
        )
        for n in range(250)
    )  # fmt: skip
    ids = list(OutboxMessage.objects.values_list("pk", flat=True))
    assert engine.retry(ids, by_name="Anna", now=NOW) == 250
    assert engine.sweep(now=NOW) == 250
