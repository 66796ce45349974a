"""Somebody who was only invited answers their first order: link, code, name, and no password."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.odoo.secrets import decrypt
from integrations.outbox.models import OutboxMessage
from orders.links.models import AnswerLink
from orders.purchasing import mail
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import Answer
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.people.actions import invite_person, withdraw_invitation
from suppliers.people.models import Membership, Role, User
from tests import factories

NORA = "nora@acme.example"


@pytest.fixture
def invitation(cast):
    return invite_person(cast.acme, email=NORA, role=Role.SALES, by=cast.olivia, at=timezone.now())


@pytest.fixture
def path(order, lines, invitation):
    """The path of the link in the mail that told Nora of the order."""
    mail.tell_supplier_of_new_order(order, lines, at=timezone.now())
    notice = Notice.objects.get(event="order_new", to_email=NORA)
    return re.sub(r"^https?://[^/]+", "", decrypt(notice.sealed_link))


def states(order):
    return {line.state for line in order.lines.all()}


def test_the_order_s_mail_reaches_them_and_offers_no_log_in(path):
    notice = Notice.objects.get(event="order_new", to_email=NORA)
    assert "Hello," in notice.text
    assert "log in:" not in notice.text
    link = AnswerLink.objects.get(email=NORA)
    assert link.user is None
    assert link.invitation is not None


def test_telling_twice_makes_one_link(order, lines, path):
    mail.tell_supplier_of_new_order(order, lines, at=timezone.now())
    assert AnswerLink.objects.filter(email=NORA).count() == 1


def test_link_code_name_and_the_order_is_answered(cast, order, known, path, invitation):
    device = known(path)
    page = device.get(path).content.decode()
    assert "Who answers?" in page
    assert "accept/" not in page
    assert device.post(f"{path}join/", {"name": "Nora New"}).status_code == 302
    assert device.post(f"{path}accept/", {"submission": str(uuid.uuid4())}).status_code == 302
    nora = User.objects.get(email=NORA)
    assert Answer.objects.get().by == nora
    assert (nora.name, nora.has_usable_password()) == ("Nora New", False)
    assert Membership.objects.get(user=nora).role == Role.SALES
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None
    assert states(order) == {LineState.AGREED}
    assert AnswerLink.objects.get(email=NORA).user == nora
    assert JournalEntry.objects.filter(verb="person.joined", actor=nora).exists()


def test_before_the_code_nobody_joins(path, phone):
    assert phone().post(f"{path}join/", {"name": "Eve"}).status_code == 403
    assert not User.objects.filter(email=NORA).exists()


def test_before_the_name_nothing_is_answered(order, known, path):
    device = known(path)
    assert device.post(f"{path}accept/").status_code == 403
    assert states(order) == {LineState.ASKED}


@pytest.mark.parametrize("name", ["", "   ", "x" * 151])
def test_a_name_is_needed(known, path, name):
    response = known(path).post(f"{path}join/", {"name": name})
    assert response.status_code == 422
    assert "Type your name" in response.content.decode()
    assert not User.objects.filter(email=NORA).exists()


def test_a_withdrawn_invitation_takes_the_link_along(cast, order, known, path, invitation):
    device = known(path)
    withdraw_invitation(invitation, by=cast.olivia, at=timezone.now())
    page = device.get(path).content.decode()
    assert "no longer works" in page
    assert order.number not in page
    assert device.post(f"{path}join/", {"name": "Nora"}).status_code == 409


def test_an_expired_invitation_too(known, path, invitation):
    device = known(path)
    invitation.expires_at = timezone.now() - timedelta(minutes=1)
    invitation.save()
    assert "no longer works" in device.get(path).content.decode()


def test_whoever_accepted_the_usual_way_uses_the_link_as_a_member(cast, order, known, path, invitation):
    nora = factories.member(factories.user("Nora New", email=NORA), cast.acme, Role.SALES)
    invitation.accepted_at = timezone.now()
    invitation.save()
    device = known(path)
    assert device.post(f"{path}accept/", {"submission": str(uuid.uuid4())}).status_code == 302
    assert Answer.objects.get().by == nora


def test_an_account_that_exists_joins_under_its_own_name(cast, order, known, path):
    nora = factories.member(factories.user("Nora Elsewhere", email=NORA), cast.globex, Role.SALES)
    device = known(path)
    device.post(f"{path}join/", {"name": "Somebody Else"})
    nora.refresh_from_db()
    assert nora.name == "Nora Elsewhere"
    assert set(nora.memberships.values_list("supplier", flat=True)) == {cast.acme.pk, cast.globex.pk}


def test_pressed_twice_it_is_once(known, path):
    device = known(path)
    for status in (302, 403):
        assert device.post(f"{path}join/", {"name": "Nora"}).status_code == status
    assert User.objects.filter(email=NORA).count() == 1


def test_whom_one_buyer_invited_hears_of_that_buyer_s_orders_only(cast, order, lines):
    ownerless = factories.supplier("Initech SA", at=cast.northwind)
    southwind = factories.company("Southwind")
    invite_person(
        ownerless,
        email="peter@initech.example",
        role=Role.OWNER,
        by=None,
        at=timezone.now(),
        on_behalf_of=cast.northwind,
    )
    for company, told in ((southwind, 0), (cast.northwind, 1)):
        row = factories.order(ownerless, company)
        mail.tell_supplier_of_new_order(row, list(row.lines.all()), at=timezone.now())
        assert Notice.objects.filter(event="order_new", to_email="peter@initech.example").count() == told


def test_whoever_joined_without_a_password_can_make_one(known, path, phone):
    known(path).post(f"{path}join/", {"name": "Nora"})
    phone().post("/accounts/password/reset/", {"email": NORA})
    mail = json.loads(decrypt(OutboxMessage.objects.get(topic="account.mail").payload["sealed"]))
    assert mail["to"] == NORA
    assert "/accounts/password/reset/key/" in mail["text"]
