"""One press turns to another contact: they are asked now, and reminded from now on."""

import pytest

from orders.deadlines.actions import send_to_another_contact
from orders.deadlines.models import Deadline
from orders.purchasing.models import PurchaseOrder
from suppliers.journal.models import JournalEntry
from suppliers.notices.models import Notice
from suppliers.refusal import IllegalMove
from tests.orders.deadlines.conftest import DUE, HALF, MONDAY, at


def test_they_are_asked_now_and_reminded_from_now_on(cast, order, asked, keep, told):
    send_to_another_contact(order, to=cast.olivia, by=cast.bea, at=at(24, 9))
    notice = Notice.objects.get(event="order_forwarded")
    assert notice.to_user == cast.olivia
    assert "Bea Buyer asks you to answer this order" in notice.text
    assert "Thursday 26 November 2026, 10:00 (Europe/Brussels)" in notice.text
    assert (
        JournalEntry.objects.get(verb="order.rerouted").sentence == "Bea Buyer asked Olivia Owner to answer."
    )

    keep(HALF)
    assert told() == ["Olivia Owner"]
    asked.refresh_from_db()
    assert asked.due_at == DUE


def test_pressed_twice_it_is_one_mail(cast, order, asked):
    for _ in range(2):
        send_to_another_contact(order, to=cast.olivia, by=cast.bea, at=at(24, 9))
    assert Notice.objects.filter(event="order_forwarded").count() == 1


def test_when_nobody_was_reached_it_starts_the_clock(cast, order, deliver, keep):
    send_to_another_contact(order, to=cast.olivia, by=cast.bea, at=MONDAY)
    deliver(MONDAY)
    keep(at(23, 11))
    assert Deadline.objects.get().due_at == DUE


def test_only_who_may_answer_can_be_asked(cast, order, asked):
    for person in (cast.rita, cast.mallory, cast.bea):
        with pytest.raises(IllegalMove, match="may not answer"):
            send_to_another_contact(order, to=person, by=cast.bea, at=at(24, 9))


def test_what_needs_no_answer_is_sent_to_nobody(cast, order, asked):
    PurchaseOrder.objects.update(summary="AGREED")
    with pytest.raises(IllegalMove, match="waits for the supplier"):
        send_to_another_contact(order, to=cast.olivia, by=cast.bea, at=at(24, 9))
