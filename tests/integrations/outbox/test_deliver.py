"""A document's messages are delivered in order, and what became of each is written down."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.test import override_settings

from integrations.correlation import current_correlation_id
from integrations.deadline import within_deadline
from integrations.errors import FaultClass, NeedsAttention, TryLater
from integrations.outbox import engine
from integrations.outbox.delivery import Overtaken
from integrations.outbox.models import OutboxMessage, Status
from integrations.outbox.outcomes import Outcome, after_success
from tests.integrations.outbox.conftest import DOCUMENT, NOW, enqueue

pytestmark = pytest.mark.django_db
KEY = "0123456789abcdef0123456789abcdef01234567"


def states() -> list[str]:
    return list(OutboxMessage.objects.order_by("id").values_list("status", flat=True))


def test_messages_of_a_document_are_delivered_in_order(partner):
    for key in ("a", "b", "c"):
        enqueue(key)
    enqueue("x", document="purchase_order:2")
    assert engine.deliver_document(DOCUMENT, now=NOW) == 3
    assert partner.heard == ["a", "b", "c"]
    assert states() == ["DELIVERED", "DELIVERED", "DELIVERED", "PENDING"]


def test_what_was_read_back_is_kept_as_proof(partner):
    message = enqueue("a")
    partner.answers("a", lambda _: {"price": Decimal("4.50"), "on": date(2026, 12, 15), "note": "a\x00b"})
    engine.deliver_document(DOCUMENT, now=NOW)
    message.refresh_from_db()
    assert message.result == {"price": "4.50", "on": "2026-12-15", "note": "ab"}
    assert message.delivered_at is not None
    assert NOW <= message.delivered_at < NOW + timedelta(minutes=1)
    assert (message.lease, message.leased_until, message.attempts) == (None, None, 1)


def test_a_handler_knows_when_it_is_the_first_that_has_the_message(partner, patience):
    found = []
    message = enqueue("a")

    def look(sent: OutboxMessage) -> None:
        found.append(sent.is_first_attempt)
        raise TryLater("Odoo does not answer.")

    partner.answers("a", look)
    for day in range(2):
        engine.deliver_document(DOCUMENT, now=NOW + timedelta(days=day), patience=patience)
    engine.retry([message.pk], by_name="Ada", now=NOW + timedelta(days=2))
    engine.deliver_document(DOCUMENT, now=NOW + timedelta(days=3), patience=patience)
    assert found == [True, False, False]


def test_a_delivery_takes_a_few_statements(partner, django_assert_num_queries):
    for key in ("a", "b"):
        enqueue(key)
    # Claim and mark for each, a last look for more. The five refusals to work inside a transaction cost
    # two statements each only here, where the test's own transaction makes them look closer.
    with django_assert_num_queries(5 + 5 * 2):
        engine.deliver_document(DOCUMENT, now=NOW)


def test_weather_makes_it_wait_with_the_reason_kept(partner, patience):
    message = enqueue("a")
    enqueue("b")
    partner.fails("a", TryLater("Odoo does not answer.", detail="timed out after 30 s"))
    assert engine.deliver_document(DOCUMENT, now=NOW, patience=patience) == 0
    message.refresh_from_db()
    assert message.status == Status.PENDING
    assert message.reason == "Odoo does not answer."
    assert message.detail == "timed out after 30 s"
    assert message.fault_class == FaultClass.CONNECTION
    assert message.due_at is not None
    assert NOW <= message.due_at <= NOW + timedelta(seconds=3)
    assert partner.heard == ["a"]


def test_a_waiting_message_holds_back_its_document_only(partner, patience):
    enqueue("a")
    enqueue("b")
    enqueue("x", document="purchase_order:2")
    partner.fails("a", TryLater("Odoo does not answer."))
    engine.deliver_document(DOCUMENT, now=NOW, patience=patience)
    assert engine.claim(DOCUMENT, now=NOW - timedelta(seconds=1)) is None
    assert engine.deliver_document("purchase_order:2", now=NOW) == 1
    assert partner.heard == ["a", "x"]


def test_when_the_weather_clears_everything_goes_in_order(partner, patience):
    enqueue("a")
    enqueue("b")
    partner.fails("a", TryLater("Odoo does not answer."))
    engine.deliver_document(DOCUMENT, now=NOW, patience=patience)
    del partner.parts["a"]
    assert engine.deliver_document(DOCUMENT, now=NOW + timedelta(minutes=1)) == 2
    assert partner.heard == ["a", "a", "b"]
    message = OutboxMessage.objects.get(key="a")
    assert (message.reason, message.detail, message.fault_class) == ("", "", "")
    assert message.attempts == 2


def test_after_so_many_attempts_a_person_must_look(partner, patience):
    message = enqueue("a")
    partner.fails("a", TryLater("Odoo does not answer."))
    for minute in range(3):
        engine.deliver_document(DOCUMENT, now=NOW + timedelta(minutes=minute), patience=patience)
    message.refresh_from_db()
    assert message.status == Status.PARKED
    assert message.reason == "Gave up after 3 attempts. Odoo does not answer."
    assert message.fault_class == FaultClass.CONNECTION


def test_a_refusal_is_parked_at_once_and_holds_back_its_document(partner):
    message = enqueue("a")
    enqueue("b")
    partner.fails(
        "a", NeedsAttention("Odoo has no such order.", detail="MissingError", fault=FaultClass.DATA)
    )
    assert engine.deliver_document(DOCUMENT, now=NOW) == 0
    message.refresh_from_db()
    assert (message.status, message.reason, message.detail) == (
        "PARKED",
        "Odoo has no such order.",
        "MissingError",
    )
    assert message.parked_at is not None
    assert engine.deliver_document(DOCUMENT, now=NOW + timedelta(days=1)) == 0
    assert partner.heard == ["a"]


def test_what_was_overtaken_lets_its_followers_pass(partner):
    message = enqueue("a")
    enqueue("b")
    partner.fails("a", Overtaken("The order was cancelled in Odoo."))
    assert engine.deliver_document(DOCUMENT, now=NOW) == 1
    message.refresh_from_db()
    assert (message.status, message.reason) == ("OBSOLETE", "The order was cancelled in Odoo.")
    assert states() == ["OBSOLETE", "DELIVERED"]


def test_a_bug_is_parked_with_its_traceback_and_without_secrets(partner):
    message = enqueue("a")
    partner.fails("a", ValueError(f"bad call with api_key={KEY} and password: 'hunter2'"))
    engine.deliver_document(DOCUMENT, now=NOW)
    message.refresh_from_db()
    assert message.status == Status.PARKED
    assert message.fault_class == FaultClass.BUG
    assert "ValueError" in message.reason
    assert "Traceback" in message.detail
    assert "conftest.py" in message.detail
    assert KEY not in message.detail
    assert "hunter2" not in message.detail


def test_an_answer_that_cannot_be_stored_is_a_bug_and_no_endless_loop(partner):
    message = enqueue("a")
    partner.answers("a", lambda _: {"strange": object()})
    engine.deliver_document(DOCUMENT, now=NOW)
    message.refresh_from_db()
    assert (message.status, message.fault_class) == ("PARKED", "bug")


def test_texts_that_postgresql_cannot_store_are_cleaned(partner):
    message = enqueue("a")
    partner.fails("a", NeedsAttention("Odoo said \x00 no.", detail="\x00"))
    engine.deliver_document(DOCUMENT, now=NOW)
    message.refresh_from_db()
    assert message.reason == "Odoo said  no."


def test_our_own_database_in_trouble_is_weather(partner, patience):
    message = enqueue("a")
    partner.fails("a", OperationalError("deadlock detected"))
    engine.deliver_document(DOCUMENT, now=NOW, patience=patience)
    message.refresh_from_db()
    assert (message.status, message.fault_class) == ("PENDING", "connection")


def test_a_topic_nobody_here_knows_waits_for_a_newer_worker(partner, patience):
    message = enqueue("a")
    OutboxMessage.objects.update(topic="test.of_the_next_release")
    engine.deliver_document(DOCUMENT, now=NOW, patience=patience)
    message.refresh_from_db()
    assert message.status == Status.PENDING
    assert message.reason == "This version of the portal cannot deliver “test.of_the_next_release”."


def test_a_lost_worker_is_replaced_when_its_lease_is_over(partner):
    message = enqueue("a")
    with override_settings(OUTBOX_LEASE_SECONDS=60):
        assert engine.claim(DOCUMENT, now=NOW) == message
        assert engine.deliver_document(DOCUMENT, now=NOW + timedelta(seconds=59)) == 0
        assert engine.deliver_document(DOCUMENT, now=NOW + timedelta(seconds=60)) == 1
    assert partner.heard == ["a"]


def test_whoever_lost_the_lease_may_not_mark_the_outcome(partner):
    enqueue("a")
    slow = engine.claim(DOCUMENT, now=NOW)
    assert slow is not None
    later = NOW + timedelta(hours=1)
    quick = engine.claim(DOCUMENT, now=later)
    assert quick is not None
    outcome = Outcome(Status.PARKED, reason="It did not answer me.")
    assert engine.mark(slow, outcome, now=later) is False
    assert engine.mark(quick, after_success(None), now=later) is True
    assert states() == ["DELIVERED"]


def test_a_worker_that_finds_its_lease_lost_stops(partner):
    message = enqueue("a")
    enqueue("b")

    def overtake(_):
        assert engine.claim(DOCUMENT, now=NOW + timedelta(hours=1)) == message

    partner.answers("a", overtake)
    assert engine.deliver_document(DOCUMENT, now=NOW) == 0
    assert partner.heard == ["a"]
    assert states() == ["SENDING", "PENDING"]


def test_a_message_that_kills_its_workers_is_parked(partner, patience):
    message = enqueue("a")
    for hour in range(3):
        engine.claim(DOCUMENT, now=NOW + timedelta(hours=hour))
    engine.deliver_document(DOCUMENT, now=NOW + timedelta(hours=4), patience=patience)
    message.refresh_from_db()
    assert partner.heard == []
    assert message.status == Status.PARKED
    assert message.reason == "Gave up after 3 attempts: the last worker that took this never came back."


@pytest.mark.django_db(transaction=True)
def test_nothing_is_delivered_inside_a_transaction(partner):
    message = enqueue("a")
    with transaction.atomic(), pytest.raises(RuntimeError, match="inside a database transaction"):
        engine.deliver_document(DOCUMENT, now=NOW)
    message.refresh_from_db()
    assert (message.status, partner.heard) == ("PENDING", [])


@pytest.mark.django_db(transaction=True)
def test_a_database_restarted_during_the_call_costs_no_second_attempt(partner):
    message = enqueue("a")

    def lose_the_connection(_):
        (ours,) = connection.cursor().execute("SELECT pg_backend_pid()").fetchone()
        with psycopg.connect(**connection.get_connection_params() | {"cursor_factory": None}) as another:
            another.execute("SELECT pg_terminate_backend(%s, 5000)", [ours])

    partner.answers("a", lose_the_connection)
    assert engine.deliver_document(DOCUMENT, now=NOW) == 1
    message.refresh_from_db()
    assert (message.status, message.attempts, partner.heard) == ("DELIVERED", 1, ["a"])


def test_a_delivery_goes_on_under_the_id_of_the_click(partner):
    enqueue("a", correlation_id="QS-CLICK")
    partner.answers("a", lambda _: {"id": current_correlation_id()})
    engine.deliver_document(DOCUMENT, now=NOW)
    assert OutboxMessage.objects.get().result == {"id": "QS-CLICK"}
    assert current_correlation_id() == ""


def test_no_call_may_outlast_the_lease(partner, patience):
    enqueue("a")
    enqueue("b", document="purchase_order:2")
    partner.answers("a", lambda _: {"seconds": within_deadline(30)})
    partner.answers("b", lambda _: {"seconds": within_deadline(30)})
    with override_settings(OUTBOX_LEASE_SECONDS=10):
        engine.deliver_document(DOCUMENT, now=NOW)
    with override_settings(OUTBOX_LEASE_SECONDS=0):
        engine.deliver_document("purchase_order:2", now=NOW, patience=patience)
    result = OutboxMessage.objects.get(key="a").result
    assert result is not None
    assert 7 < result["seconds"] <= 8
    assert OutboxMessage.objects.get(key="b").reason.startswith("The other system was too slow")


def test_a_very_long_document_lets_others_in_between(partner, monkeypatch):
    monkeypatch.setattr(engine, "_AT_ONE_GO", 2)
    for key in ("a", "b", "c"):
        enqueue(key)
    assert engine.deliver_document(DOCUMENT, now=NOW) == 2
    assert engine.deliver_document(DOCUMENT, now=NOW) == 1
    assert partner.heard == ["a", "b", "c"]


def test_a_clock_that_is_behind_does_not_keep_a_fresh_message_waiting(partner):
    enqueue("a")
    assert engine.deliver_document(DOCUMENT, now=datetime(2020, 1, 1, tzinfo=UTC)) == 1
