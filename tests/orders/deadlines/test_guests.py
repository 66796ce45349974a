"""Who was invited and has no account yet: the clock runs from the mail that reached them, and it reminds."""

from datetime import timedelta

import pytest

from orders.deadlines.models import Deadline
from orders.deadlines.reading import sent_page
from orders.purchasing.mail import tell_supplier_of_new_order
from suppliers.alerts.engine import run_rules
from suppliers.alerts.models import Alert
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.people.actions import accept_invitation, invite_person, withdraw_invitation
from suppliers.people.models import Membership, Role
from tests import factories
from tests.orders.deadlines.conftest import BACKUP, BUYER, DUE, HALF, MONDAY, NEARLY, at

NORA = "nora@acme.example"


@pytest.fixture
def invitation(cast):
    return invite_person(cast.acme, email=NORA, role=Role.SALES, by=cast.olivia, at=MONDAY)


@pytest.fixture
def alone(cast, order, invitation, deliver, keep):
    """Nobody of Acme's is here but Nora, who is invited and got the order's mail on Monday at ten."""
    Membership.objects.filter(supplier=cast.acme).delete()
    tell_supplier_of_new_order(order, list(order.lines.all()), at=MONDAY)
    deliver(MONDAY)
    keep(MONDAY + timedelta(minutes=1))
    return order


def reminders():
    rows = Notice.objects.filter(event__in=["order_reminder", "order_silent"])
    return list(rows.order_by("pk").values_list("to_email", flat=True))


def test_the_clock_runs_from_the_mail_that_reached_them(alone):
    deadline = Deadline.objects.get()
    assert (deadline.order, deadline.started_at, deadline.due_at) == (alone, MONDAY, DUE)


def test_they_are_reminded_with_a_link_of_their_own(alone, keep):
    for moment, count in ((HALF, 1), (NEARLY, 2), (DUE, 3)):
        keep(moment)
        assert reminders() == [NORA] * count
    mail = Notice.objects.filter(event="order_reminder").first()
    assert "Hello," in mail.text
    assert "log in" not in mail.text
    assert mail.sealed_link
    assert (mail.to_user, mail.wants_clock) == (None, False)


def test_there_is_no_second_contact_and_the_buyer_is_told_as_usual(cast, alone, keep):
    keep(BACKUP)
    assert Deadline.objects.get().steps.get(code="BACKUP").state == "NOBODY"
    keep(BUYER)
    assert reminders() == [cast.bea.email]


def test_members_come_first_and_owners_before_guests(cast, order, invitation, deliver, keep):
    tell_supplier_of_new_order(order, list(order.lines.all()), at=MONDAY)
    deliver(MONDAY)
    keep(MONDAY)
    keep(DUE)
    keep(BACKUP)
    assert reminders() == [cast.alice.email, cast.olivia.email]


def test_beside_a_single_member_they_are_the_second_contact(cast, order, invitation, deliver, keep):
    Membership.objects.filter(user=cast.olivia).delete()
    tell_supplier_of_new_order(order, list(order.lines.all()), at=MONDAY)
    deliver(MONDAY)
    keep(MONDAY)
    keep(DUE)
    keep(BACKUP)
    assert reminders() == [cast.alice.email, NORA]


def test_after_they_joined_they_are_reminded_as_a_member(cast, alone, invitation, keep):
    accept_invitation(invitation, at=at(23, 12), by=None, name="Nora New")
    keep(HALF)
    mail = Notice.objects.get(event="order_reminder")
    assert (mail.to_name, mail.to_email) == ("Nora New", NORA)


def test_a_withdrawn_invitation_is_not_reminded_and_the_clock_goes_on(cast, alone, invitation, keep):
    withdraw_invitation(invitation, by=cast.ada, at=at(23, 12))
    keep(HALF)
    assert reminders() == []
    keep(BUYER)
    assert reminders() == [cast.bea.email]


def test_whom_another_buyer_invited_is_not_told(cast, order, deliver, keep):
    initech = factories.supplier("Initech SA", at=cast.northwind)
    southwind = cast.boris.active_memberships[0].company
    invite_person(initech, email=NORA, role=Role.OWNER, by=None, at=MONDAY, on_behalf_of=southwind)
    other = factories.order(initech, cast.northwind)
    tell_supplier_of_new_order(other, [], at=MONDAY)
    assert not Notice.objects.filter(subject_id=other.pk).exists()


def test_mail_that_comes_back_ends_the_clock_and_is_an_alert(alone, keep):
    Notice.objects.filter(to_email=NORA, event="order_new").update(
        state=NoticeState.BOUNCED, failed_at=MONDAY, failure="550 no such user", wants_clock=True
    )
    keep(at(23, 12))
    assert Deadline.objects.get().ending == "UNDELIVERED"
    run_rules(now=at(23, 12))
    alert = Alert.objects.get(code="order.mail_failed")
    assert f"to {NORA} did not arrive" in alert.sentence


def test_where_a_clock_runs_there_is_a_contact(alone):
    run_rules(now=at(23, 12))
    assert not Alert.objects.filter(code="supplier.no_contact").exists()


def test_the_buyer_sees_who_is_reminded_next(cast, alone, as_):
    assert sent_page(alone, cast.bea, now=at(23, 12)).following.to == NORA
    assert NORA in as_(cast.bea).get(f"/orders/{alone.pk}/sent/").content.decode()
