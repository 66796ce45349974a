"""A message is stored with its action or not at all, once per key, and a worker is woken after the commit."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from celery import Celery, current_app
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from kombu.exceptions import OperationalError

from integrations.correlation import under
from integrations.outbox import engine
from integrations.outbox.delivery import delivery, topics
from integrations.outbox.models import OutboxMessage, Status
from integrations.outbox.nudge import nudge
from integrations.priority import yielding
from tests.integrations.outbox.conftest import DOCUMENT, enqueue, tell_partner

MESSAGE = {"key": "a", "document": DOCUMENT, "destination": "odoo:1"}


@pytest.fixture
def broker():
    """The broker within this process, empty before and after."""

    def waiting(queue: str) -> list[str]:
        with current_app.connection() as connection, connection.SimpleQueue(queue) as box:
            messages = [box.get_nowait() for _ in range(box.qsize())]
            for message in messages:
                message.ack()
        return [message.payload[1]["document"] for message in messages]

    waiting("critical")
    yield waiting
    waiting("critical")


@pytest.fixture(
    params=["redis://127.0.0.1:9/0", "redis+socket:///nowhere/broker.sock", "amqp://127.0.0.1:9//"]
)
def broker_away(request):
    """Celery with a broker that does not answer."""
    usual = current_app._get_current_object()
    Celery("away", broker=request.param, set_as_current=True)
    yield
    usual.set_current()


@pytest.mark.django_db
def test_the_same_key_twice_is_one_message():
    first = enqueue("a", payload={"n": 1})
    assert enqueue("a", payload={"n": 2}) == first
    assert OutboxMessage.objects.get().payload == {"n": 1}


@pytest.mark.django_db
def test_the_same_key_of_another_topic_is_another_message():
    enqueue("a")
    other = enqueue("b")
    OutboxMessage.objects.filter(pk=other.pk).update(topic="test.other", key="a")
    assert OutboxMessage.objects.filter(key="a").count() == 2


@pytest.mark.django_db
def test_decimals_and_dates_travel_as_text():
    message = enqueue("a", payload={"price": Decimal("4.50"), "on": date(2026, 12, 15)})
    assert message.payload == {"price": "4.50", "on": "2026-12-15"}


@pytest.mark.django_db
def test_a_message_carries_the_id_of_the_click():
    with under("QS-CLICK"):
        assert enqueue("a").correlation_id == "QS-CLICK"
        assert enqueue("b", correlation_id="QS-OTHER").correlation_id == "QS-OTHER"


@pytest.mark.django_db(transaction=True)
def test_a_message_needs_the_transaction_of_its_action():
    with pytest.raises(TransactionManagementError, match=r"test\.told was enqueued outside"):
        tell_partner.enqueue(**MESSAGE, payload={})
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_action_that_fails_leaves_no_message_and_wakes_nobody(broker):
    with transaction.atomic():
        tell_partner.enqueue(**MESSAGE, payload={})
        transaction.set_rollback(True)
    assert not OutboxMessage.objects.exists()
    assert broker("critical") == []


@pytest.mark.django_db(transaction=True)
def test_several_messages_of_one_document_wake_one_worker(broker):
    with transaction.atomic():
        for key in ("a", "b", "c"):
            tell_partner.enqueue(**MESSAGE | {"key": key}, payload={})
        tell_partner.enqueue(**MESSAGE | {"key": "x", "document": "purchase_order:2"}, payload={})
        assert broker("critical") == []
    assert broker("critical") == [DOCUMENT, "purchase_order:2"]


@pytest.mark.django_db(transaction=True)
def test_what_stands_behind_another_message_leaves_it_to_its_worker(broker, partner):
    enqueue("a")
    enqueue("b")
    enqueue("x", document="purchase_order:2")
    assert broker("critical") == [DOCUMENT, "purchase_order:2"]
    assert engine.deliver_document(DOCUMENT, now=timezone.now()) == 2
    enqueue("c")
    assert broker("critical") == [DOCUMENT]


@pytest.mark.django_db(transaction=True)
def test_a_head_that_is_delivered_before_the_commit_leaves_nobody_behind(broker, partner):
    enqueue("a")
    broker("critical")
    with transaction.atomic():
        tell_partner.enqueue(**MESSAGE | {"key": "b"}, payload={})
        head = OutboxMessage.objects.get(key="a")
        with ThreadPoolExecutor(1) as worker:
            worker.submit(_deliver_elsewhere).result()
    head.refresh_from_db()
    assert head.status == Status.DELIVERED
    assert broker("critical") == [DOCUMENT]


def _deliver_elsewhere():
    try:
        engine.deliver_document(DOCUMENT, now=timezone.now())
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_what_is_urgent_wakes_a_worker_of_its_own_behind_what_may_wait(broker):
    with yielding():
        enqueue("a")
    assert broker("bulk") == [DOCUMENT]
    enqueue("b")
    assert broker("critical") == [DOCUMENT]


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_away_the_action_commits_and_the_sweep_finds_its_message(
    broker_away, partner, caplog
):
    enqueue("a")
    assert "The broker did not take the nudge" in caplog.text
    message = OutboxMessage.objects.get()
    assert message.wake_at <= timezone.now()
    assert engine.deliver_document(DOCUMENT, now=timezone.now()) == 1


def test_a_broker_that_is_away_is_said_to_be(broker_away):
    with pytest.raises(OperationalError):
        nudge([(DOCUMENT, "critical")])


def test_a_topic_has_one_handler():
    with pytest.raises(ImproperlyConfigured, match=r"Two handlers for the topic test\.told"):
        delivery("test.told")(lambda _: None)
    assert "test.told" in topics()
