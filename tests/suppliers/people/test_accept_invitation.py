"""Opening an invitation: looking is harmless, only the form's button makes the account."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from suppliers.journal.models import JournalEntry
from suppliers.people.actions import accept_invitation, invite_person, withdraw_invitation
from suppliers.people.invitation_links import find_invitation, link_to
from suppliers.people.models import Invitation, Membership, Role, User
from suppliers.refusal import IllegalMove
from tests import factories
from tests.factories import NOW

NEW = {"name": "Nora New", "password": "a long way to Tipperary"}


@pytest.fixture
def invitation(cast) -> Invitation:
    return invite_person(
        cast.acme, email="nora@example.com", role=Role.SALES, by=cast.olivia, at=timezone.now()
    )


@pytest.fixture
def link(invitation) -> str:
    return urlsplit(link_to(invitation)).path


def test_looking_changes_nothing(cast, link, invitation):
    for _ in range(2):
        page = Client().get(link)
        assert page.status_code == 200
        assert "Join Acme Fasteners GmbH" in page.content.decode()
        assert "Olivia Owner invites nora@example.com" in page.content.decode()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None
    assert not User.objects.filter(email="nora@example.com").exists()


def test_accepting_makes_the_account_and_logs_in(cast, link, invitation):
    browser = Client()
    response = browser.post(link, NEW)

    assert response.headers["Location"] == "/"
    nora = User.objects.get(email="nora@example.com")
    assert (nora.name, nora.check_password(NEW["password"])) == ("Nora New", True)
    assert nora.roles_for(cast.acme) == {Role.SALES}
    assert browser.session["_auth_user_id"] == str(nora.pk)
    entry = JournalEntry.objects.get(verb="person.joined")
    assert (entry.actor, entry.supplier) == (nora, cast.acme)


def test_it_works_once(cast, link):
    Client().post(link, NEW)
    again = Client().post(link, NEW | {"password": "another long password"})

    assert again.status_code == 409
    assert "was used already" in again.content.decode()
    assert Membership.objects.filter(user__email="nora@example.com").count() == 1


def test_an_expired_invitation_says_so(cast, link, invitation):
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

    assert "has expired" in Client().get(link).content.decode()
    assert Client().post(link, NEW).status_code == 409
    assert not User.objects.filter(email="nora@example.com").exists()


def test_a_withdrawn_invitation_says_so(cast, link, invitation):
    withdraw_invitation(invitation, by=cast.olivia, at=NOW)
    assert "was withdrawn" in Client().get(link).content.decode()


def test_a_link_we_did_not_make_is_not_found(cast, link, invitation):
    forged = reverse("people:accept_invitation", args=[f"{invitation.pk}-{'0' * 64}"])
    for path in (forged, reverse("people:accept_invitation", args=["x"]), link.replace("-", "-0")):
        assert Client().get(path).status_code == 404
        assert Client().post(path, NEW).status_code == 404


def test_somebody_else_cannot_take_the_place(cast, link, as_):
    page = as_(cast.mallory).get(link)
    assert "you are logged in as" in page.content.decode()
    assert as_(cast.mallory).post(link).status_code == 409
    assert cast.acme.pk not in User.objects.get(pk=cast.mallory.pk).supplier_ids


def test_an_account_that_exists_logs_in_first(cast, link, as_):
    nora = factories.user("Nora", email="nora@example.com")

    page = Client().get(link)
    assert "has an account: log in" in page.content.decode()
    assert f"?next={link}" in page.content.decode()
    assert Client().post(link, NEW).status_code == 409
    assert as_(nora).post(link).status_code == 302
    assert User.objects.get(pk=nora.pk).supplier_ids == {cast.acme.pk}


@pytest.mark.parametrize("password", ["short", "password123", "nora@example.com"])
def test_a_weak_password_is_refused_and_the_name_kept(cast, link, password):
    page = Client().post(link, NEW | {"password": password})

    assert page.status_code == 422
    assert 'value="Nora New"' in page.content.decode()
    assert not User.objects.filter(email="nora@example.com").exists()


def test_a_buyer_s_first_owner_joins_the_supplier_and_not_the_buyer(cast):
    invitation = invite_person(
        cast.globex,
        email="gus@example.com",
        role=Role.OWNER,
        by=cast.bea,
        at=NOW,
        on_behalf_of=cast.northwind,
    )
    gus = accept_invitation(invitation, at=NOW, name="Gus", password="x" * 12)

    assert (gus.supplier_ids, gus.company_ids) == ({cast.globex.pk}, frozenset())


def test_joining_twice_is_refused(cast, invitation):
    factories.member(factories.user("Nora", email="nora@example.com"), cast.acme, Role.READ_ONLY)
    nora = User.objects.get(email="nora@example.com")
    with pytest.raises(IllegalMove, match="already"):
        accept_invitation(invitation, at=timezone.now(), by=nora)


def test_the_link_finds_its_invitation_and_no_other(cast, invitation):
    token = link_to(invitation).rstrip("/").rsplit("/", 1)[1]
    assert find_invitation(token) == invitation
    other = invite_person(cast.acme, email="o@example.com", role=Role.SALES, by=None, at=NOW)
    assert find_invitation(f"{other.pk}-{token.partition('-')[2]}") is None
