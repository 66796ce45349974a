"""A hint from Odoo: answered at once, believed in nothing, and a flood of them costs a look a second."""

from datetime import UTC, datetime, timedelta

import pytest
from celery import current_app
from django.test import Client
from django.urls import reverse

from integrations.odoo.models import OdooConnection
from integrations.webhooks.hints import APART, hook_of, make_address, take_hint
from integrations.webhooks.models import Hook
from tests import factories

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def connection(db) -> OdooConnection:
    row = factories.connection()
    row.version = "19.0"
    row.save()
    return row


@pytest.fixture
def address(connection, settings) -> str:
    settings.SITE_URL = "https://portal.example"
    return make_address(connection, at=NOW)


@pytest.fixture
def path(address) -> str:
    return address.removeprefix("https://portal.example")


@pytest.fixture(autouse=True)
def an_empty_queue():
    with current_app.connection() as connection, connection.SimpleQueue("default") as box:
        box.clear()


@pytest.fixture
def looks():
    """What was asked for: the arguments and the time of each look at Odoo."""

    def asked() -> list[tuple[dict, datetime]]:
        found = []
        with current_app.connection() as connection, connection.SimpleQueue("default") as box:
            while box.qsize():
                message = box.get_nowait()
                message.ack()
                assert message.headers["task"] == "orders.purchasing.pull_changes_of"
                found.append((message.payload[1], datetime.fromisoformat(message.headers["eta"])))
        return found

    return asked


def post(path: str, body: str = '{"_model": "purchase.order", "_id": 53}'):
    return Client(enforce_csrf_checks=True).post(path, body, content_type="application/json")


@pytest.mark.django_db(transaction=True)
def test_a_hint_asks_for_a_look_at_that_odoo(connection, path, looks):
    assert post(path).status_code == 204
    ((arguments, _),) = looks()
    assert arguments == {"connection_id": connection.pk, "again": 3}
    assert Hook.objects.get().last_hint_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", ["17.0", "18.0", ""])
def test_an_odoo_that_calls_inside_its_transaction_is_looked_at_twice(connection, address, looks, version):
    OdooConnection.objects.update(version=version)
    hook = hook_of(address.rstrip("/").rsplit("/", 1)[1])
    assert hook is not None
    assert take_hint(hook, at=datetime.now(UTC))
    first, second = (eta for _, eta in looks())
    assert second - first == pytest.approx(timedelta(seconds=2), abs=timedelta(seconds=1))


@pytest.mark.django_db(transaction=True)
def test_a_flood_asks_for_one_look(path, looks):
    for _ in range(50):
        assert post(path).status_code == 204
    assert len(looks()) <= 3  # fifty requests may last longer than one look is away


@pytest.mark.django_db(transaction=True)
def test_a_hint_after_the_look_began_asks_for_another_one(connection, address, looks):
    def hint(at: datetime) -> bool:
        return take_hint(Hook.objects.get(), at=at)

    assert hint(NOW)
    due = Hook.objects.get().poll_due_at
    assert due is not None
    assert not hint(NOW + timedelta(milliseconds=50))
    assert hint(NOW + timedelta(milliseconds=300))
    assert Hook.objects.get().poll_due_at == due + APART
    assert len(looks()) == 2


def test_a_wrong_secret_is_no_address(path, looks):
    wrong = reverse("webhooks:odoo", args=["guessed"])
    assert post(wrong).status_code == 404
    assert post(path[:-2] + "/").status_code == 404
    assert looks() == []


def test_reading_the_address_does_nothing(path, looks):
    assert Client().get(path).status_code == 405
    assert looks() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("body", ["", "no JSON", '{"_model": "res.users", "_id": 1}', "[" * 5000])
def test_what_the_body_says_does_not_matter(connection, path, looks, body):
    assert post(path, body).status_code == 204
    assert looks()[0][0]["connection_id"] == connection.pk


def test_a_huge_body_is_refused(path, looks):
    assert post(path, "x" * 100_000).status_code == 413
    assert looks() == []


def test_a_connection_that_is_switched_off_takes_no_hints(path):
    OdooConnection.objects.update(is_active=False)
    assert post(path).status_code == 404


def test_a_new_address_ends_the_old_one(connection, path):
    make_address(connection, at=NOW)
    assert post(path).status_code == 404


def test_the_secret_is_not_kept(address):
    secret = address.rstrip("/").rsplit("/", 1)[1]
    assert len(secret) >= 43
    assert secret not in str(Hook.objects.values().get())


def test_a_broker_that_is_away_costs_odoo_nothing(path, settings, monkeypatch):
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    assert post(path).status_code == 204
