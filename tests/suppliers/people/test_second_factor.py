"""Buyers and administrators must have a second factor; suppliers may."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from suppliers.people.models import Role
from tests import factories

SET_UP = "/accounts/2fa/"


def without(person) -> Client:
    """A browser of somebody who has logged in with nothing but a password."""
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.parametrize("path", ["/", "/people/", "/orders/", "/accounts/password/change/", "/mail/"])
@pytest.mark.parametrize("who", ["bea", "ada"])
def test_without_one_they_land_on_the_set_up_page(cast, who, path):
    response = without(getattr(cast, who)).get(path)
    assert (response.status_code, response.headers["Location"]) == (302, SET_UP)


def test_the_admin_is_closed_too(cast):
    assert without(cast.ada).get("/admin/").headers["Location"] == SET_UP


def test_what_they_need_for_setting_it_up_is_open(cast):
    browser = without(cast.bea)
    page = browser.get(SET_UP)
    assert "Set up an authenticator app or a passkey to go on" in page.content.decode()
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        assert browser.get(reverse(name)).headers["Location"].startswith("/accounts/reauthenticate/")
    assert browser.get(reverse("account_logout")).status_code == 200


@pytest.mark.parametrize("kind", [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN])
def test_an_app_and_a_passkey_both_count(cast, kind):
    Authenticator.objects.create(user=cast.bea, type=kind, data={})
    assert without(cast.bea).get("/people/").status_code == 200


def test_recovery_codes_alone_do_not_count(cast):
    Authenticator.objects.create(user=cast.bea, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert without(cast.bea).get("/people/").headers["Location"] == SET_UP


def test_suppliers_may_but_need_not(cast):
    assert without(cast.olivia).get("/people/").status_code == 200


def test_somebody_on_both_sides_counts_as_a_buyer(cast):
    factories.member(cast.alice, cast.northwind, Role.BUYER)
    assert without(cast.alice).get("/people/").headers["Location"] == SET_UP


def test_the_demo_lets_them_in_and_shows_it(cast, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    settings.DEMO = True
    browser = without(cast.bea)
    assert browser.get("/people/").status_code == 200
    assert "This is a demo: it lets you in without" in browser.get(SET_UP).content.decode()
