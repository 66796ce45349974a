"""The broker dies with a nudge in it and is away at the next action: the sweep makes up for both."""

from collections.abc import Iterator

import pytest
from celery import Celery, current_app
from django.utils import timezone
from kombu import Message
from kombu.simple import SimpleQueue

from integrations.outbox import engine, tasks
from integrations.outbox.nudge import PATIENCE
from tests.faults.cases import Column
from tests.faults.processes import OwnBroker

pytestmark = [pytest.mark.kills, pytest.mark.django_db(transaction=True)]

QUEUES = ("critical", "default")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnBroker]:
    """A broker of this file's own, and Celery with it."""
    usual = current_app._get_current_object()
    broker = OwnBroker(tmp_path_factory.mktemp("broker"))
    app = Celery("own", broker=broker.url, set_as_current=True)
    yield broker
    app.close()
    usual.set_current()
    broker.kill()


def waiting() -> list[str]:
    """Take the documents for which workers are to wake, as workers do."""
    found = []
    with current_app.connection() as connection:
        for queue in QUEUES:
            with connection.SimpleQueue(queue) as box:
                while message := next_of(box):
                    message.ack()
                    found.append(message.payload[1]["document"])
    return found


def next_of(box: SimpleQueue) -> Message | None:
    """Return what waits in a queue of the broker, or None."""
    try:
        return box.get_nowait()
    except box.Empty:
        return None


def test_what_the_broker_lost_is_found_by_the_sweep(column: Column, open_case, broker, enter):
    case = open_case(column)
    broker.kill()
    broker.start()
    case.say_first()
    broker.kill()
    case.say_second()
    assert case.verdict() == "waiting"
    broker.start()
    assert waiting() == []
    assert engine.sweep(now=timezone.now() + PATIENCE) == 1
    for document in waiting():
        tasks.deliver_document(document=document)
    outcome = case.verdict()
    enter("broker gone", column, outcome)
    assert outcome == "once"
