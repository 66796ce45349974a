"""Connections as those who run the portal see them: keys, the test button, the ping, rotation."""

from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from integrations.errors import NeedsAttention
from integrations.odoo.connect import gateway_for
from integrations.odoo.models import OdooConnection
from integrations.odoo.tasks import test_all_connections as look_at_all
from integrations.odoo.tasks import test_connection as run_the_test
from tests import factories

FORM = {
    "name": "Northwind's Odoo",
    "url": "https://odoo.example.com/web",
    "database": "prod",
    "login": "quayside@example.com",
    "is_active": "on",
    "cursors-TOTAL_FORMS": 0,
    "cursors-INITIAL_FORMS": 0,
    "imports-TOTAL_FORMS": 0,
    "imports-INITIAL_FORMS": 0,
}


def page(connection: OdooConnection) -> str:
    return reverse("admin:odoo_odooconnection_change", args=[connection.pk])


def test_a_key_goes_in_encrypted_and_never_comes_out(cast, as_):
    as_(cast.ada).post(reverse("admin:odoo_odooconnection_add"), FORM | {"api_key": "s3cret-key"})
    connection = OdooConnection.objects.get(name=FORM["name"])
    assert connection.api_key == "s3cret-key"
    assert "s3cret-key" not in connection.encrypted_api_key
    assert connection.url == "https://odoo.example.com"
    html = as_(cast.ada).get(page(connection)).content.decode()
    assert "s3cret-key" not in html
    assert connection.encrypted_api_key not in html


def test_an_empty_key_keeps_the_one_we_have(cast, as_):
    connection = factories.connection(api_key="old")
    as_(cast.ada).post(page(connection), FORM | {"api_key": ""})
    connection.refresh_from_db()
    assert (connection.name, connection.api_key) == (FORM["name"], "old")


def test_a_new_connection_needs_a_key(cast, as_):
    reply = as_(cast.ada).post(reverse("admin:odoo_odooconnection_add"), FORM | {"api_key": ""})
    assert reply.status_code == 200
    assert not OdooConnection.objects.filter(name=FORM["name"]).exists()


def test_saving_leaves_alone_what_the_feed_writes(cast, as_):
    connection = factories.connection()
    OdooConnection.objects.filter(pk=connection.pk).update(last_fault="Odoo cannot be reached.")
    as_(cast.ada).post(page(connection), FORM | {"api_key": ""})
    connection.refresh_from_db()
    assert connection.last_fault == "Odoo cannot be reached."


def test_the_button_asks_a_worker(cast, as_, asked, django_capture_on_commit_callbacks):
    connection = factories.connection()
    with django_capture_on_commit_callbacks(execute=True):
        reply = as_(cast.ada).post(
            reverse("admin:odoo_odooconnection_test", args=[connection.pk]), follow=True
        )
    assert asked == [{"connection_id": connection.pk}]
    assert "The test has begun" in reply.content.decode()
    connection.refresh_from_db()
    assert connection.is_being_tested


def test_the_button_is_no_link(cast, as_):
    connection = factories.connection()
    reply = as_(cast.ada).get(reverse("admin:odoo_odooconnection_test", args=[connection.pk]))
    assert reply.status_code == 405


def test_nobody_else_presses_the_button(cast, as_):
    connection = factories.connection()
    for person in (cast.bea, cast.alice, cast.mallory):
        as_(person).post(reverse("admin:odoo_odooconnection_test", args=[connection.pk]))
    connection.refresh_from_db()
    assert connection.test_asked_at is None


@pytest.fixture
def asked(monkeypatch):
    """Catch what is handed to the broker."""
    sent: list[dict[str, int]] = []
    monkeypatch.setattr(
        "integrations.odoo.admin.test_connection.apply_async", lambda *, kwargs, retry: sent.append(kwargs)
    )
    return sent


def test_the_worker_keeps_what_it_found_for_the_page(cast, as_, server, connection):
    OdooConnection.objects.filter(pk=connection.pk).update(test_asked_at=timezone.now())
    run_the_test(connection_id=connection.pk)
    connection.refresh_from_db()
    assert not connection.is_being_tested
    assert connection.version == f"{server.version}.0"
    assert connection.protocol == ("JSON-2" if server.version >= 19 else "XML-RPC")
    html = as_(cast.ada).get(page(connection)).content.decode()
    assert "✓ write order lines" in html
    assert server.service.name in html


def test_a_test_that_fails_says_why(connection):
    connection.api_key = "wrong"
    connection.save()
    run_the_test(connection_id=connection.pk)
    connection.refresh_from_db()
    assert "login or API key" in connection.last_fault
    assert connection.tested_at is not None


def test_who_owns_what_can_be_looked_up(cast, as_):
    html = as_(cast.ada).get(reverse("admin:odoo_odooconnection_ownership")).content.decode()
    assert "acknowledgement" in html
    assert as_(cast.bea).get(reverse("admin:odoo_odooconnection_ownership")).status_code in (302, 403, 404)


def test_a_ping_says_what_there_is_to_know(server, connection):
    out = StringIO()
    call_command("odoo_ping", stdout=out)
    said = out.getvalue()
    assert f"reachable: Odoo {server.version}.0" in said
    assert f"as {server.service.name}" in said
    assert "may write order lines" in said
    assert "key" in said
    assert server.api_key not in said


def test_a_ping_of_nobody_there_ends_with_1(db):
    factories.connection(name="Away")
    out = StringIO()
    with pytest.raises(CommandError, match="Away") as ended:
        call_command("odoo_ping", "Away", stdout=out)
    assert ended.value.returncode == 1
    assert "Odoo cannot be reached" in out.getvalue()


def test_a_ping_of_an_unknown_name_is_refused(db):
    with pytest.raises(CommandError, match="No connection is named Nope"):
        call_command("odoo_ping", "Nope", stdout=StringIO())


def test_keys_are_rotated(db, settings):
    connection = factories.connection(api_key="s3cret")
    old = settings.ENCRYPTION_KEYS
    before = connection.encrypted_api_key
    new = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, *old]
    call_command("rotate_keys", stdout=StringIO())
    settings.ENCRYPTION_KEYS = [new]
    connection.refresh_from_db()
    assert connection.api_key == "s3cret"
    assert connection.encrypted_api_key != before


def test_a_key_that_cannot_be_rotated_is_named(db, settings):
    factories.connection(name="Lost")
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(CommandError, match="Lost"):
        call_command("rotate_keys", stdout=StringIO())


def test_a_gateway_is_kept_until_the_connection_changes(server, connection):
    first = gateway_for(connection)
    assert gateway_for(OdooConnection.objects.get(pk=connection.pk)) is first
    connection.api_key = server.admin.api_key
    connection.login = server.admin.login
    assert gateway_for(connection) is not first


def test_a_gateway_is_opened_anew_after_an_hour(connection):
    first = gateway_for(connection, clock=lambda: 0.0)
    assert gateway_for(connection, clock=lambda: 3000.0) is first
    assert gateway_for(connection, clock=lambda: 4000.0) is not first


def test_a_key_nobody_can_read_needs_a_person(connection, settings):
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(NeedsAttention, match="enter it again"):
        gateway_for(connection)


def test_every_active_connection_is_looked_at_each_day(connection, monkeypatch):
    off = factories.connection(is_active=False)
    monkeypatch.setattr(run_the_test, "delay", run_the_test)  # here and now instead of in a worker
    look_at_all()
    connection.refresh_from_db()
    off.refresh_from_db()
    assert connection.tested_at is not None
    assert connection.version
    assert off.tested_at is None
