"""Alerts about answers: overdue ones, and mail that reaches nobody."""

import uuid

import pytest

from orders.purchasing.actions import accept_order
from orders.purchasing.mail import tell_supplier_of_new_order
from suppliers.alerts.engine import run_rules
from suppliers.alerts.models import Alert
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.people.models import Membership
from tests.orders.deadlines.conftest import DUE, MONDAY, at


@pytest.fixture
def raised():
    def open_ones(code, now):
        run_rules(now=now)
        return list(Alert.objects.open().filter(code=code))

    return open_ones


def fail(person, state=NoticeState.REFUSED):
    Notice.objects.filter(to_user=person).update(state=state, failed_at=MONDAY, failure="550 unknown")


def test_an_overdue_answer_is_an_alert_until_it_comes(cast, order, asked, keep, raised):
    assert raised("order.answer_overdue", at(25, 9)) == []
    [alert] = raised("order.answer_overdue", DUE)
    assert alert.sentence == f"Acme Fasteners GmbH has not answered order {order.number}."
    assert alert.due_at == DUE
    assert {"SALES", "BUYER"} <= set(alert.owner_roles)

    accept_order(order, by=cast.alice, revision=1, submission=uuid.uuid4(), at=at(26, 11))
    assert raised("order.answer_overdue", at(26, 12)) == []


def test_when_no_mail_arrived_there_is_no_valid_contact(cast, order, raised):
    tell_supplier_of_new_order(order, [], at=MONDAY)
    for person in (cast.alice, cast.olivia):
        fail(person)
    [alert] = raised("order.mail_failed", at(24, 9))
    assert alert.sentence.startswith(f"No valid contact: mail about order {order.number} to ")
    assert cast.alice.email in alert.sentence
    assert alert.evidence == {cast.alice.email: "550 unknown", cast.olivia.email: "550 unknown"}
    assert "BUYER" in alert.owner_roles


def test_when_somebody_got_it_the_supplier_s_owner_is_told_of_the_bad_address(cast, order, asked, raised):
    fail(cast.alice, NoticeState.BOUNCED)
    [alert] = raised("order.mail_failed", at(24, 9))
    assert alert.owner_roles == ["OWNER"]
    assert alert.sentence.endswith("did not arrive; 1 other contact got it.")

    # The newest mail counts: the address works again.
    Notice.objects.filter(to_user=cast.alice).update(state=NoticeState.SENT, failure="", failed_at=None)
    assert raised("order.mail_failed", at(24, 10)) == []


def test_an_answered_order_needs_no_contact(cast, order, asked, raised):
    fail(cast.alice)
    accept_order(order, by=cast.olivia, revision=1, submission=uuid.uuid4(), at=at(23, 11))
    assert raised("order.mail_failed", at(24, 9)) == []


def test_a_supplier_with_orders_and_nobody_to_answer_them(cast, order, raised):
    assert raised("supplier.no_contact", MONDAY) == []
    Membership.objects.filter(supplier=cast.acme).exclude(user=cast.rita).delete()
    [alert] = raised("supplier.no_contact", MONDAY)
    assert alert.sentence == "No valid contact: nobody at Acme Fasteners GmbH can answer, and 1 order waits."
    assert alert.owner_roles == ["ADMINISTRATOR"]
