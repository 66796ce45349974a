"""A job's messages wait where nobody's click waits; an order's messages keep their order all the same."""

import uuid

import pytest
from celery import current_app
from django.utils import timezone

from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage, Status
from integrations.outbox.nudge import PATIENCE
from integrations.priority import BULK
from orders.bulk.actions import TURNS, send_job
from orders.decisions.actions import TURNS as DECISIONS
from orders.decisions.actions import Wish, start_job
from orders.decisions.lifecycle import Verb
from orders.decisions.reading import open_proposals
from orders.purchasing.actions import accept_order
from tests import factories
from tests.orders.bulk.conftest import CONFIRM, LATER, WEEK_LATER

AGREEMENT = "purchase_order.agreement"


@pytest.fixture
def nudged():
    """Return the documents whose workers were woken in a queue since it was last asked."""

    def take(queue):
        with current_app.connection() as connection, connection.SimpleQueue(queue) as box:
            messages = [box.get_nowait() for _ in range(box.qsize())]
            for message in messages:
                message.ack()
        return [message.payload[1]["document"] for message in messages if "document" in message.payload[1]]

    for queue in ("critical", BULK):
        take(queue)
    yield take
    for queue in ("critical", BULK):
        take(queue)


@pytest.fixture
def told(monkeypatch):
    """Put an Odoo that takes everything in place of the real one; returns the keys in the order told."""
    keys = []
    monkeypatch.setattr(engine, "call_handler", lambda message: keys.append(message.key))
    return keys


def agreements():
    return list(OutboxMessage.objects.filter(topic=AGREEMENT).order_by("pk"))


@pytest.fixture
def worked_off(drawn_up, django_capture_on_commit_callbacks):
    """Draw up a job, send it and work it off; what follows each commit is done."""

    def work(wish):
        job = drawn_up(wish)
        with django_capture_on_commit_callbacks(execute=True):
            send_job(job, by=job.by, at=factories.NOW)
            while TURNS.next(job.pk, at=LATER):
                pass

    return work


def test_a_job_speaks_in_the_bulk_queue_alone(worked_off, nudged, orders):
    worked_off(CONFIRM)
    assert {message.queue for message in OutboxMessage.objects.all()} == {BULK}
    assert set(nudged(BULK)) >= {order.document for order in orders}
    assert nudged("critical") == []


def test_a_click_beside_it_stays_critical(worked_off, cast, nudged, django_capture_on_commit_callbacks):
    worked_off(CONFIRM)
    other = factories.order(cast.acme, cast.northwind)
    with django_capture_on_commit_callbacks(execute=True):
        accept_order(other, by=cast.alice, revision=1, submission=uuid.uuid4(), at=LATER)
    assert agreements()[-1].queue == "critical"
    assert nudged("critical") == [other.document]


@pytest.fixture
def clicked(worked_off, orders, cast, answer, part, nudged, django_capture_on_commit_callbacks):
    """A job's message about the first order waits, and Alice then answers that order by a click."""
    worked_off(CONFIRM)
    nudged(BULK)
    line = orders[0].lines.first()
    with django_capture_on_commit_callbacks(execute=True):
        answer({line: [part("9")]}, of=orders[0], at=LATER)
    first, second = OutboxMessage.objects.filter(topic=AGREEMENT, document=orders[0].document).order_by("pk")
    assert (first.queue, second.queue) == (BULK, "critical")
    return first, second


def test_a_click_on_an_order_of_the_job_is_told_after_it_and_does_not_wait_for_the_rest(
    clicked, told, nudged, orders
):
    assert nudged("critical") == [orders[0].document]
    # The worker of single clicks takes the job's message along, and leaves the other orders of the job.
    assert engine.deliver_document(orders[0].document, now=timezone.now()) == 2
    assert told == [message.key for message in clicked]
    assert [m.status for m in agreements() if m.document != orders[0].document] == [Status.PENDING] * 2


def test_a_click_is_not_told_before_the_job_s_message_that_is_under_way(clicked, told, orders):
    now = timezone.now()
    held = engine.claim(orders[0].document, now=now)
    assert held == clicked[0]
    assert engine.deliver_document(orders[0].document, now=now) == 0
    assert told == []


def test_the_sweep_wakes_the_worker_of_the_most_urgent_message_of_an_order(clicked, nudged, orders):
    nudged("critical")
    OutboxMessage.objects.exclude(topic=AGREEMENT).delete()
    engine.sweep(now=timezone.now() + PATIENCE * 2)
    assert nudged("critical") == [orders[0].document]
    assert set(nudged(BULK)) == {order.document for order in orders[1:]}


def test_decisions_on_many_speak_in_the_bulk_queue(worked_off, cast):
    worked_off(WEEK_LATER)
    OutboxMessage.objects.all().delete()
    wish = Wish(Verb.APPROVE, uuid.uuid4())
    job = start_job(wish, open_proposals(cast.bea), by=cast.bea, at=LATER)
    while DECISIONS.next(job.pk, at=LATER):
        pass
    assert [message.queue for message in agreements()] == [BULK] * 3
