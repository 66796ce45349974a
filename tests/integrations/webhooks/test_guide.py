"""The page that says what to enter in Odoo, and shows the address once."""

import re

import pytest
from django.urls import reverse

from integrations.odoo.models import OdooConnection
from integrations.webhooks.models import Hook


@pytest.fixture(autouse=True)
def without_second_factor(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def connection(cast) -> OdooConnection:
    row = cast.northwind.connection
    row.version = "18.0"
    row.save()
    return row


@pytest.fixture
def guide(connection) -> str:
    return reverse("admin:webhooks_hook_guide", args=[connection.pk])


@pytest.fixture
def button(connection) -> str:
    return reverse("admin:webhooks_hook_secret", args=[connection.pk])


def test_it_says_what_to_enter_for_each_version_their_own_first(as_, cast, guide):
    page = as_(cast.ada).get(guide).content.decode()
    headings = re.findall(r"<h2>Odoo (\d+)", page)
    assert headings == ["18", "17", "19"]
    for words in ("On save", "On create and edit", "Send Webhook Notification", "purchase.order.line"):
        assert words in page
    assert "There is no address yet." in page


def test_the_address_is_shown_once(as_, cast, guide, button):
    browser = as_(cast.ada)
    made = browser.post(button)
    assert "no-store" in made.headers["Cache-Control"]
    (secret,) = re.findall(r'value="[^"]*/hooks/odoo/([^/"]+)/"', made.content.decode())
    assert secret not in browser.get(guide).content.decode()
    assert Hook.objects.get().digest != secret


def test_the_button_takes_no_get(as_, cast, button):
    assert as_(cast.ada).get(button).status_code == 405
    assert not Hook.objects.exists()


def test_it_shows_when_the_last_hint_came(as_, cast, guide, button):
    browser = as_(cast.ada)
    browser.post(button)
    assert "No hint received yet" in browser.get(guide).content.decode()
    Hook.objects.update(last_hint_at="2026-11-23T09:00:00Z")
    assert "Last hint received at" in browser.get(guide).content.decode()


@pytest.mark.parametrize("person", ["alice", "bea"])
def test_it_is_for_administrators(as_, cast, guide, button, person):
    browser = as_(getattr(cast, person))
    assert browser.get(guide).status_code in {302, 403}
    assert browser.post(button).status_code in {302, 403}
    assert not Hook.objects.exists()
