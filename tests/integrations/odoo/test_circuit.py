"""An Odoo that is away is left alone, tried by one call at a time, and served in order when it is back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from integrations.errors import TryLater, Unavailable
from integrations.odoo import circuit
from integrations.odoo.circuit import FAULTS_TO_OPEN, FIRST_PAUSE, LONGEST_PAUSE, TRY_LASTS, WINDOW
from integrations.odoo.connect import examine, gateway_for
from integrations.odoo.models import Circuit, CircuitState
from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage, Status
from integrations.outbox.outcomes import after_failure
from tests import factories
from tests.integrations.outbox.conftest import enqueue, partner, patience  # noqa: F401

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def nothing_known():
    circuit.forget()
    yield
    circuit.forget()


@pytest.fixture
def odoo():
    """The id of a connection."""
    return factories.connection().pk


def fail(odoo: int, times: int, *, at: datetime = NOW) -> None:
    for _ in range(times):
        circuit.note_failure(odoo, "Odoo cannot be reached.", now=at)


def passes(odoo: int, at: datetime) -> bool:
    """Whether a process that knows nothing yet may call."""
    circuit.forget()
    try:
        circuit.guard(odoo, now=at)
    except Unavailable:
        return False
    return True


def test_a_connection_without_trouble_is_open_to_calls_and_asks_the_database_once(
    odoo, django_assert_num_queries
):
    with django_assert_num_queries(1):
        for _ in range(3):
            circuit.guard(odoo, now=NOW, clock=lambda: 100.0)
            circuit.note_success(odoo, now=NOW, clock=lambda: 100.5)
    with django_assert_num_queries(1):
        circuit.guard(odoo, now=NOW, clock=lambda: 101.5)


def test_some_faults_do_not_open_it_and_the_last_of_them_does(odoo):
    fail(odoo, FAULTS_TO_OPEN - 1)
    assert passes(odoo, NOW)
    fail(odoo, 1)
    assert not passes(odoo, NOW + SECOND)


def test_a_success_between_faults_begins_the_count_anew(odoo):
    fail(odoo, FAULTS_TO_OPEN - 1)
    circuit.guard(odoo, now=NOW)
    circuit.note_success(odoo, now=NOW)
    fail(odoo, FAULTS_TO_OPEN - 1)
    assert passes(odoo, NOW)


def test_faults_far_apart_are_no_outage(odoo):
    fail(odoo, FAULTS_TO_OPEN - 1)
    fail(odoo, 1, at=NOW + WINDOW + SECOND)
    assert passes(odoo, NOW + WINDOW + SECOND)


def test_while_open_the_time_of_the_next_try_is_named(odoo):
    fail(odoo, FAULTS_TO_OPEN)
    with pytest.raises(Unavailable, match="cannot be reached") as away:
        circuit.guard(odoo, now=NOW + SECOND)
    assert NOW + FIRST_PAUSE <= away.value.retry_at <= NOW + FIRST_PAUSE + 3 * SECOND


def test_after_the_pause_one_process_tries_and_the_others_look_again_soon(odoo):
    fail(odoo, FAULTS_TO_OPEN)
    later = NOW + FIRST_PAUSE
    circuit.guard(odoo, now=later)
    circuit.guard(odoo, now=later)  # the one that tries goes on with the calls of its delivery
    circuit.forget()
    with pytest.raises(Unavailable) as away:
        circuit.guard(odoo, now=later + SECOND)
    assert away.value.retry_at < later + 6 * SECOND


def test_a_try_that_died_with_its_worker_is_taken_over(odoo):
    fail(odoo, FAULTS_TO_OPEN)
    assert passes(odoo, NOW + FIRST_PAUSE)
    assert not passes(odoo, NOW + FIRST_PAUSE + SECOND)
    assert passes(odoo, NOW + FIRST_PAUSE + TRY_LASTS)


def test_each_failed_try_makes_the_pause_longer_up_to_a_limit(odoo):
    fail(odoo, FAULTS_TO_OPEN)
    at, pauses = NOW, []
    for _ in range(8):
        retry_at = CircuitState.objects.get(pk=odoo).retry_at
        assert retry_at is not None
        pauses.append(retry_at - at)
        at = retry_at
        assert passes(odoo, at)
        fail(odoo, 1, at=at)
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses[-1] == LONGEST_PAUSE
    assert CircuitState.objects.get(pk=odoo).opened_at == NOW


def test_a_try_that_succeeds_closes_it(odoo):
    fail(odoo, FAULTS_TO_OPEN)
    circuit.guard(odoo, now=NOW + FIRST_PAUSE)
    circuit.note_success(odoo, now=NOW + FIRST_PAUSE)
    state = CircuitState.objects.get(pk=odoo)
    assert (state.state, state.failures, state.openings, state.retry_at) == (Circuit.CLOSED, 0, 0, None)
    assert passes(odoo, NOW + FIRST_PAUSE)


def test_messages_are_handed_back_without_using_up_attempts_and_drain_in_order(odoo, partner):  # noqa: F811
    destination = circuit.destination_of(odoo)
    for key in ("a", "b"):
        enqueue(key, destination=destination)
        partner.answers(key, lambda message: circuit.guard(odoo, now=NOW + SECOND))
    fail(odoo, FAULTS_TO_OPEN)
    for _ in range(20):
        engine.deliver_document("purchase_order:1", now=NOW + SECOND)
        OutboxMessage.objects.update(due_at=None)
    engine.deliver_document("purchase_order:1", now=NOW + SECOND)
    first = OutboxMessage.objects.get(key="a")
    assert (first.status, first.attempts) == (Status.PENDING, 0)
    assert first.due_at is not None
    assert first.due_at >= NOW + FIRST_PAUSE
    assert "cannot be reached" in first.reason
    assert first.troubled_at is None  # nothing for the exception queue: the connection has the trouble
    circuit.guard(odoo, now=NOW + FIRST_PAUSE)
    circuit.note_success(odoo, now=NOW + FIRST_PAUSE)
    partner.heard.clear()
    assert engine.deliver_document("purchase_order:1", now=NOW + FIRST_PAUSE) == 2
    assert partner.heard == ["a", "b"]
    assert set(OutboxMessage.objects.values_list("attempts", flat=True)) == {1}


def test_when_it_closes_the_oldest_document_is_woken_first(odoo):
    others = factories.connection().pk
    for document in ("purchase_order:1", "purchase_order:2"):
        enqueue(document, document=document, destination=circuit.destination_of(odoo))
    enqueue("elsewhere", document="purchase_order:3", destination=circuit.destination_of(others))
    OutboxMessage.objects.update(due_at=NOW + WINDOW, wake_at=NOW + WINDOW, fault_class="connection")
    OutboxMessage.objects.filter(key="purchase_order:1").update(created_at=NOW - SECOND)
    OutboxMessage.objects.filter(key="purchase_order:2").update(created_at=NOW - 2 * SECOND)
    fail(odoo, FAULTS_TO_OPEN)
    circuit.note_success(odoo, now=NOW)
    woken = OutboxMessage.objects.filter(wake_at__lte=NOW, due_at=None).order_by("wake_at")
    assert list(woken.values_list("key", flat=True)) == ["purchase_order:2", "purchase_order:1"]


def test_a_known_outage_never_parks_a_message(patience):  # noqa: F811
    error = Unavailable("Odoo cannot be reached.", retry_at=NOW + FIRST_PAUSE)
    outcome = after_failure(error, attempts=99, now=NOW, patience=patience)
    assert (outcome.status, outcome.due_at, outcome.counts) == (Status.PENDING, NOW + FIRST_PAUSE, False)


def test_an_administrator_pauses_and_resumes(odoo):
    enqueue("a", destination=circuit.destination_of(odoo))
    assert circuit.pause(odoo, by_name="Ada", reason="Odoo is upgraded tonight.", now=NOW)
    assert not circuit.pause(odoo, by_name="Bea", reason="", now=NOW)
    with pytest.raises(Unavailable, match="Ada paused the connection to Odoo: Odoo is upgraded tonight"):
        circuit.guard(odoo, now=NOW)
    OutboxMessage.objects.update(due_at=NOW + WINDOW, fault_class="connection")
    assert circuit.resume(odoo, now=NOW)
    assert not circuit.resume(odoo, now=NOW)
    assert passes(odoo, NOW)
    assert OutboxMessage.objects.get().due_at is None


def test_a_pause_outlasts_a_success_that_was_under_way(odoo):
    circuit.guard(odoo, now=NOW)
    circuit.pause(odoo, by_name="Ada", reason="", now=NOW)
    circuit.note_success(odoo, now=NOW)
    assert not passes(odoo, NOW)


def test_an_odoo_that_is_down_opens_its_circuit_and_the_test_button_closes_it(connection, server):
    gateway = gateway_for(connection)
    server.faults.add("down", times=FAULTS_TO_OPEN)
    for _ in range(FAULTS_TO_OPEN):
        with pytest.raises(TryLater) as away:
            gateway.orders([1])
        assert not isinstance(away.value, Unavailable)
    asked = server.calls.last
    with pytest.raises(Unavailable):
        gateway.orders([1])
    assert server.calls.last == asked
    examine(connection, now=timezone.now())
    assert gateway.orders([]) == []
    assert CircuitState.objects.get(pk=connection.pk).state == Circuit.CLOSED


def test_a_refusal_is_a_sign_of_life(connection, server):
    gateway = gateway_for(connection)
    gateway.client.user_id()
    server.faults.add("serialization", model="purchase.order", times=FAULTS_TO_OPEN)
    for _ in range(FAULTS_TO_OPEN):
        with pytest.raises(TryLater):
            gateway.client.call("purchase.order", "search_read", domain=[], fields=["name"])
    assert not CircuitState.objects.filter(pk=connection.pk).exclude(state=Circuit.CLOSED).exists()
