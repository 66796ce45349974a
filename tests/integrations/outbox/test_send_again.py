"""A person sends a parked message again, or gives it up; who did it and why it had stopped is kept."""

from datetime import timedelta

import pytest

from integrations.errors import NeedsAttention, TryLater
from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage, Status
from tests.integrations.outbox.conftest import DOCUMENT, NOW, enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture
def parked(partner) -> OutboxMessage:
    """A message Odoo refused."""
    message = enqueue("a")
    partner.fails("a", NeedsAttention("Odoo has no such order."))
    engine.deliver_document(DOCUMENT, now=NOW)
    message.refresh_from_db()
    return message


def test_a_parked_message_is_sent_again_and_its_followers_go_on(partner, parked):
    enqueue("b")
    del partner.parts["a"]
    assert engine.retry([parked.pk], by_name="Ada Administrator", now=NOW) == 1
    assert engine.deliver_document(DOCUMENT, now=NOW) == 2
    assert partner.heard == ["a", "a", "b"]
    parked.refresh_from_db()
    assert parked.history == [
        {
            "at": NOW.isoformat(),
            "by": "Ada Administrator",
            "did": "Sent again",
            "reason": "Odoo has no such order.",
            "attempts": 1,
        }
    ]


def test_it_gets_fresh_patience(partner, parked, patience):
    OutboxMessage.objects.update(attempts=3)
    partner.fails("a", TryLater("Odoo does not answer."))
    engine.retry([parked.pk], by_name="Ada Administrator", now=NOW)
    engine.deliver_document(DOCUMENT, now=NOW, patience=patience)
    parked.refresh_from_db()
    assert (parked.status, parked.attempts) == (Status.PENDING, 1)


def test_a_waiting_message_is_sent_at_once(partner, patience):
    message = enqueue("a")
    partner.fails("a", TryLater("Odoo does not answer."))
    engine.deliver_document(DOCUMENT, now=NOW, patience=patience)
    OutboxMessage.objects.update(due_at=NOW + timedelta(hours=1))
    assert engine.claim(DOCUMENT, now=NOW) is None
    assert engine.retry([message.pk], by_name="Ada Administrator", now=NOW) == 1
    assert engine.claim(DOCUMENT, now=NOW) == message


def test_what_is_done_or_under_way_is_not_sent_again(partner):
    done, under_way = enqueue("a"), enqueue("x", document="purchase_order:2")
    engine.deliver_document(DOCUMENT, now=NOW)
    engine.claim("purchase_order:2", now=NOW)
    both = [done.pk, under_way.pk]
    assert engine.retry(both, by_name="Ada Administrator", now=NOW) == 0
    assert engine.give_up(both, by_name="Ada Administrator", now=NOW) == 0
    assert set(OutboxMessage.objects.values_list("status", flat=True)) == {"DELIVERED", "SENDING"}


def test_what_was_given_up_lets_its_followers_pass_and_says_who_did_it(partner, parked):
    enqueue("b")
    assert engine.give_up([parked.pk], by_name="Ada Administrator", now=NOW) == 1
    parked.refresh_from_db()
    assert parked.status == Status.OBSOLETE
    assert parked.reason == "Ada Administrator gave this up. Odoo has no such order."
    assert parked.history[0]["did"] == "Gave up"
    assert engine.deliver_document(DOCUMENT, now=NOW) == 1
    assert partner.heard == ["a", "b"]


def test_what_was_given_up_stays_so(partner, parked):
    engine.give_up([parked.pk], by_name="Ada Administrator", now=NOW)
    assert engine.retry([parked.pk], by_name="Ada Administrator", now=NOW) == 0
    assert engine.deliver_document(DOCUMENT, now=NOW) == 0


def test_many_are_sent_again_with_few_statements(partner, django_assert_max_num_queries):
    for number in range(20):
        enqueue(f"k{number}", document=f"purchase_order:{number}")
        partner.fails(f"k{number}", NeedsAttention("Odoo has no such order."))
        engine.deliver_document(f"purchase_order:{number}", now=NOW)
    ids = list(OutboxMessage.objects.values_list("pk", flat=True))
    with django_assert_max_num_queries(4):
        assert engine.retry(ids, by_name="Ada Administrator", now=NOW) == 20
