"""What nobody was woken for is found by the sweep, once in a while and not in a storm."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from integrations.errors import NeedsAttention, TryLater
from integrations.outbox import engine, tasks
from integrations.outbox.models import OutboxMessage
from integrations.outbox.nudge import PATIENCE
from tests.integrations.outbox.conftest import DOCUMENT, enqueue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_broker():
    yield
    with current_app.connection() as connection:
        connection.default_channel.queue_purge("critical")


def after_a_lost_nudge():
    return timezone.now() + PATIENCE + timedelta(seconds=1)


def test_a_lost_nudge_is_made_up_for(partner):
    enqueue("a")
    assert engine.sweep(now=after_a_lost_nudge()) == 1
    engine.deliver_document(DOCUMENT, now=timezone.now())
    assert partner.heard == ["a"]


def test_a_fresh_message_is_left_to_its_nudge():
    enqueue("a")
    assert engine.sweep(now=timezone.now()) == 0


def test_a_document_that_was_woken_is_left_alone_for_a_while():
    enqueue("a")
    now = after_a_lost_nudge()
    assert engine.sweep(now=now) == 1
    assert engine.sweep(now=now + timedelta(seconds=5)) == 0
    assert engine.sweep(now=now + PATIENCE) == 1


def test_a_document_is_woken_once_for_all_its_messages():
    for key in ("a", "b", "c"):
        enqueue(key)
    enqueue("x", document="purchase_order:2")
    assert engine.sweep(now=after_a_lost_nudge()) == 2


def test_a_document_is_woken_in_the_queue_of_its_message(partner):
    enqueue("a")
    now = after_a_lost_nudge()
    with current_app.connection() as connection:
        connection.default_channel.queue_purge("critical")
        engine.sweep(now=now)
        with connection.SimpleQueue("critical") as box:
            message = box.get_nowait()
            message.ack()
    assert message.headers["task"] == "integrations.outbox.deliver_document"
    assert message.payload[1] == {"document": DOCUMENT}


def test_what_waits_for_better_weather_is_woken_when_it_is_due(partner, patience):
    enqueue("a")
    partner.fails("a", TryLater("Odoo does not answer."))
    now = after_a_lost_nudge()
    engine.deliver_document(DOCUMENT, now=now, patience=patience)
    due_at = OutboxMessage.objects.get().due_at
    assert due_at is not None
    assert engine.sweep(now=due_at - timedelta(milliseconds=1)) == 0
    assert engine.sweep(now=due_at) == 1


def test_a_lost_worker_is_noticed_when_its_lease_is_over():
    enqueue("a")
    now = after_a_lost_nudge()
    message = engine.claim(DOCUMENT, now=now)
    assert message is not None
    assert message.leased_until is not None
    assert engine.sweep(now=message.leased_until - timedelta(seconds=1)) == 0
    assert engine.sweep(now=message.leased_until) == 1


def test_what_stands_behind_a_parked_message_is_not_woken(partner):
    enqueue("a")
    enqueue("b")
    partner.fails("a", NeedsAttention("Odoo has no such order."))
    engine.deliver_document(DOCUMENT, now=timezone.now())
    assert engine.sweep(now=after_a_lost_nudge()) == 0


def test_one_sweep_wakes_a_bounded_number(monkeypatch):
    monkeypatch.setattr(engine, "_SWEEP_BATCH", 2)
    for number in range(3):
        enqueue(f"k{number}", document=f"purchase_order:{number}")
    now = after_a_lost_nudge()
    assert [engine.sweep(now=now) for _ in range(3)] == [2, 1, 0]


def test_the_tasks_do_what_the_engine_does(partner):
    enqueue("a")
    tasks.sweep()
    tasks.deliver_document(document=DOCUMENT)
    assert partner.heard == ["a"]
