"""Workers that work at the same time: each message is delivered by one of them, in its document's order."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import pytest
from django.db import connection, transaction
from django.utils import timezone

from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage
from tests.integrations.outbox.conftest import DOCUMENT, enqueue, tell_partner

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 4


def in_parallel(work, arguments):
    """Run work in one thread per argument, all starting together, each with its own connection."""
    start = Barrier(len(arguments))

    def run(argument):
        try:
            connection.ensure_connection()
            start.wait(timeout=10)
            return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(run, arguments))


def enqueue_many(documents: int, each: int) -> list[str]:
    names = [f"purchase_order:{number}" for number in range(documents)]
    with transaction.atomic():
        for position in range(each):
            for name in names:
                tell_partner.enqueue(
                    key=f"{name}/{position}", document=name, destination="odoo:1", payload={}
                )
    return names


def test_one_of_many_workers_claims_a_message():
    enqueue("a")
    enqueue("b")
    now = timezone.now()
    claimed = in_parallel(lambda _: engine.claim(DOCUMENT, now=now), range(WORKERS))
    # Nobody else gets the follower instead, although the first message is locked or taken.
    assert [message.key for message in claimed if message] == ["a"]


def test_a_locked_head_is_not_passed_over_for_its_follower():
    enqueue("a")
    enqueue("b")
    with transaction.atomic():
        OutboxMessage.objects.select_for_update().get(key="a")
        (claimed,) = in_parallel(lambda _: engine.claim(DOCUMENT, now=timezone.now()), range(1))
    assert claimed is None


def test_no_message_is_delivered_twice_and_order_holds(partner):
    documents = enqueue_many(6, 5)
    heard, lock = [], Lock()

    def note(message):
        with lock:
            heard.append(message.key)

    for document in documents:
        for position in range(5):
            partner.answers(f"{document}/{position}", note)
    work = documents * WORKERS

    def deliver(share):
        return sum(engine.deliver_document(document, now=timezone.now()) for document in share)

    delivered = in_parallel(deliver, [work[offset:] + work[:offset] for offset in (0, 2, 7, 11)])
    assert sum(delivered) == 30
    assert Counter(heard).most_common(1)[0][1] == 1
    for document in documents:
        assert [key for key in heard if key.startswith(f"{document}/")] == [
            f"{document}/{position}" for position in range(5)
        ]
    assert set(OutboxMessage.objects.values_list("status", "attempts")) == {("DELIVERED", 1)}


def test_documents_are_delivered_beside_each_other(partner):
    both = Barrier(2)
    for number in (1, 2):
        enqueue(f"k{number}", document=f"purchase_order:{number}")
        # Each delivery waits for the other: one after the other they would never meet.
        partner.answers(f"k{number}", lambda _: {"met": both.wait(timeout=10) is not None})
    delivered = in_parallel(
        lambda number: engine.deliver_document(f"purchase_order:{number}", now=timezone.now()), [1, 2]
    )
    assert delivered == [1, 1]


def test_sweeps_at_the_same_time_wake_each_document_once():
    documents = enqueue_many(20, 2)
    OutboxMessage.objects.update(wake_at=timezone.now())
    now = timezone.now()
    assert sum(in_parallel(lambda _: engine.sweep(now=now), range(WORKERS))) == len(documents)


def test_a_message_given_up_while_it_is_claimed_is_one_or_the_other(partner):
    messages = [enqueue(f"k{number}", document=f"purchase_order:{number}") for number in range(10)]
    ids, now = [message.pk for message in messages], timezone.now()

    def claim_all(_):
        return sum(engine.claim(message.document, now=now) is not None for message in messages)

    def give_up_each(_):
        return sum(engine.give_up([pk], by_name="Ada Administrator", now=now) for pk in reversed(ids))

    claimed, given_up = in_parallel(lambda work: work(None), [claim_all, give_up_each])
    assert claimed + given_up == 10
    assert OutboxMessage.objects.filter(status="SENDING").count() == claimed


def test_the_same_key_from_two_transactions_is_one_message():
    in_parallel(lambda _: enqueue("a"), range(WORKERS))
    assert OutboxMessage.objects.count() == 1
