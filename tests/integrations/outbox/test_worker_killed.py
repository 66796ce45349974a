"""Whenever a worker is killed, each message arrives once: real processes, really killed."""

import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage
from tests.integrations.outbox import traps
from tests.integrations.outbox.conftest import DOCUMENT, enqueue
from tests.integrations.outbox.nursery import Nursery, open_nursery
from tests.integrations.outbox.receiver import running_receiver, tell_receiver

pytestmark = [pytest.mark.kills, pytest.mark.django_db(transaction=True)]

CLAIM, ATTEMPT, MARK = (f"integrations.outbox.engine:{step}" for step in ("claim", "attempt", "mark"))
# The worker dies with the second of three messages. The point, what is not delivered then, and whether the
# dead still holds a lease.
POINTS = [
    pytest.param("die_before", {"step": CLAIM, "time": 1}, 3, False, id="before the first claim"),
    pytest.param("die_before", {"step": CLAIM, "time": 2}, 2, False, id="before the claim"),
    pytest.param("die_after", {"step": CLAIM, "time": 2}, 2, True, id="after the claim"),
    pytest.param("die_before", {"step": ATTEMPT, "time": 2}, 2, True, id="before the call"),
    pytest.param("die_in_mid_sentence", {"time": 2}, 2, True, id="during the call"),
    pytest.param("die_before_the_reply_is_read", {"time": 2}, 2, True, id="before the reply is read"),
    pytest.param("die_after", {"step": ATTEMPT, "time": 2}, 2, True, id="after the reply"),
    pytest.param("die_before", {"step": MARK, "time": 2}, 2, True, id="before the mark"),
    pytest.param("die_after", {"step": MARK, "time": 2}, 1, False, id="after the mark"),
]


@pytest.fixture(scope="module")
def nursery(django_db_setup) -> Iterator[Nursery]:
    """Worker processes on the test's database."""
    with open_nursery("tests.integrations.outbox.traps", "integrations.outbox.tasks") as nursery:
        yield nursery


@pytest.mark.parametrize(("trap", "arguments", "left", "is_leased"), POINTS)
def test_a_killed_worker_loses_nothing_and_doubles_nothing(nursery, trap, arguments, left, is_leased):
    with running_receiver() as receiver:
        for key in ("first", "second", "third"):
            enqueue(key, by=tell_receiver, payload={"receiver": receiver.address})
        assert nursery.run_worker(DOCUMENT, f"{traps.MODULE}:{trap}", **arguments) == -signal.SIGKILL
        assert OutboxMessage.objects.exclude(status="DELIVERED").count() == left
        assert OutboxMessage.objects.filter(status="SENDING").exists() is is_leased
        now = timezone.now()
        if is_leased:
            assert engine.deliver_document(DOCUMENT, now=now) == 0, "the lease protects even the dead"
            now += timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
        assert engine.deliver_document(DOCUMENT, now=now) == left
        assert receiver.held == ["/first", "/second", "/third"]
    assert set(OutboxMessage.objects.values_list("status", "result__held")) == {("DELIVERED", 1)}


def test_another_process_finishes_what_a_killed_one_began(nursery):
    with running_receiver() as receiver:
        for key in ("first", "second", "third"):
            enqueue(key, by=tell_receiver, payload={"receiver": receiver.address})
        nursery.run_worker(DOCUMENT, f"{traps.MODULE}:die_before_the_reply_is_read", time=2)
        # The lease of the dead runs out while nobody looks.
        OutboxMessage.objects.filter(status="SENDING").update(leased_until=timezone.now())
        assert nursery.run_worker(DOCUMENT, f"{traps.MODULE}:no_trap") == 0
        assert receiver.held == ["/first", "/second", "/third"]
    assert set(OutboxMessage.objects.values_list("status", flat=True)) == {"DELIVERED"}
