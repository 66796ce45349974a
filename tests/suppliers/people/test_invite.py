"""Inviting a colleague, or as a buyer's administrator a supplier's first owner."""

from typing import Any

import pytest
from django.urls import reverse

from integrations.outbox.models import OutboxMessage
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.people.actions import invite_person
from suppliers.people.models import Invitation, Role
from suppliers.refusal import Refused
from tests import factories
from tests.factories import NOW

WHO: dict[str, Any] = {"email": "Nora.New@example.com", "role": Role.SALES}


def to(place) -> str:
    return reverse("people:invite", kwargs={"supplier" if hasattr(place, "vat") else "company": place.pk})


def administrator_of(company):
    return factories.member(factories.user("Anna Administrator"), company, Role.ADMINISTRATOR)


def test_an_owner_invites_a_colleague(cast, as_, deliver_mail):
    response = as_(cast.olivia).post(to(cast.acme), WHO)

    assert response.headers["Location"] == reverse("people:team")
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == ("nora.new@example.com", Role.SALES)
    assert (invitation.supplier, invitation.company, invitation.invited_by) == (cast.acme, None, cast.olivia)
    [mail] = deliver_mail()
    assert mail.to == ["nora.new@example.com"]
    assert "/people/invitation/" in mail.body
    assert "Olivia Owner invites you" in mail.subject
    entry = JournalEntry.objects.get()
    assert (entry.verb, entry.supplier, entry.company) == ("person.invited", cast.acme, None)


def test_the_link_is_nowhere_in_clear(cast, deliver_mail):
    invitation = invite_person(cast.acme, **WHO, by=cast.olivia, at=NOW)
    [mail] = deliver_mail()
    token = mail.body.split("/people/invitation/")[1].split("/")[0]

    signature = token.partition("-")[2]
    stored = [
        *Invitation.objects.values_list("nonce", flat=True),
        *(text for row in Notice.objects.values_list("text", "html", "sealed_link") for text in row),
        *map(str, OutboxMessage.objects.values_list("payload", flat=True)),
        *JournalEntry.objects.values_list("sentence", flat=True),
    ]
    assert len(signature) == 64
    assert not [text for text in stored if signature in text]
    assert token.startswith(f"{invitation.pk}-")


@pytest.mark.parametrize("who", ["alice", "rita"])
def test_other_roles_may_not_invite(cast, as_, who):
    browser = as_(getattr(cast, who))
    assert browser.get(to(cast.acme)).status_code == 403
    assert browser.post(to(cast.acme), WHO).status_code == 403
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["mallory", "boris"])
def test_to_strangers_the_supplier_does_not_exist(cast, as_, who):
    assert as_(getattr(cast, who)).post(to(cast.acme), WHO).status_code == 404


def test_a_role_of_the_other_side_and_a_bad_address_are_refused_together(cast):
    with pytest.raises(Refused) as refused:
        invite_person(cast.acme, email="nobody", role=Role.BUYER, by=cast.olivia, at=NOW)
    assert [problem.where for problem in refused.value.problems] == ["email", "role"]


def test_somebody_who_is_here_is_not_invited_again(cast, as_):
    response = as_(cast.olivia).post(to(cast.acme), WHO | {"email": cast.alice.email.upper()})

    assert response.status_code == 422
    assert "belongs to Acme Fasteners GmbH already" in response.content.decode()
    assert cast.alice.email.upper() in response.content.decode()
    assert not Invitation.objects.exists()


def test_the_newest_invitation_is_the_one_that_works(cast):
    first = invite_person(cast.acme, **WHO, by=cast.olivia, at=NOW)
    second = invite_person(cast.acme, **WHO, by=cast.olivia, at=NOW)

    first.refresh_from_db()
    assert first.withdrawn_at == NOW
    assert Invitation.objects.open().get() == second


def test_an_administrator_invites_a_colleague_to_the_company(cast, as_):
    anna = administrator_of(cast.northwind)
    response = as_(anna).post(to(cast.northwind), WHO | {"role": Role.BUYER})

    assert response.status_code == 302
    assert Invitation.objects.get().company == cast.northwind


def test_an_administrator_invites_the_first_owner_of_a_supplier(cast, as_, deliver_mail):
    anna = administrator_of(cast.northwind)
    assert "Globex" in as_(anna).get(reverse("people:team")).content.decode()
    response = as_(anna).post(to(cast.globex), WHO | {"role": Role.OWNER})

    assert response.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.supplier, invitation.company) == (cast.globex, cast.northwind)
    [mail] = deliver_mail()
    assert "of Northwind Distribution" in mail.body


def test_a_buyer_cannot_add_people_to_a_supplier_that_has_an_owner(cast, as_):
    anna = administrator_of(cast.northwind)
    response = as_(anna).post(to(cast.acme), WHO | {"role": Role.OWNER})

    assert response.status_code == 422
    assert "has an owner already" in response.content.decode()


def test_a_buyer_cannot_invite_a_supplier_in_another_role(cast):
    with pytest.raises(Refused, match="first owner only"):
        invite_person(cast.globex, **WHO, by=cast.bea, at=NOW, on_behalf_of=cast.northwind)


def test_an_administrator_elsewhere_cannot_invite_to_this_supplier(cast, as_):
    anna = administrator_of(factories.company("Eastwind"))
    assert as_(anna).post(to(cast.globex), WHO | {"role": Role.OWNER}).status_code == 404


def test_a_buyer_without_that_role_may_not_invite(cast, as_):
    assert as_(cast.bea).get(to(cast.globex)).status_code == 403
    assert as_(cast.bea).get(to(cast.northwind)).status_code == 403


def test_withdrawing_makes_the_link_useless(cast, as_):
    invitation = invite_person(cast.acme, **WHO, by=cast.olivia, at=NOW)
    url = reverse("people:withdraw", args=[invitation.pk])

    assert as_(cast.mallory).post(url).status_code == 404
    assert as_(cast.rita).post(url).status_code == 403
    assert as_(cast.olivia).post(url).status_code == 302
    assert not Invitation.objects.open().exists()
    assert JournalEntry.objects.filter(verb="person.uninvited").count() == 1
