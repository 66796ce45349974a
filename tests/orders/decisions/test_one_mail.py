"""Decisions on many orders are one mail to each contact, with a way in to each; declines start clocks."""

import re
import uuid

import pytest

from integrations.outbox.models import OutboxMessage
from orders.decisions.actions import TURNS, Wish, start_job
from orders.decisions.lifecycle import Verb
from orders.decisions.reading import open_proposals
from suppliers.inbox.deliveries import send_digest
from suppliers.notices.deliveries import send_notice
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from tests import factories


@pytest.fixture
def decided(cast, mailoutbox):
    """Let Bea decide on all that waits; returns the mails about decisions."""

    def decide(verb, reason=""):
        Notice.objects.all().delete()
        OutboxMessage.objects.all().delete()
        wish = Wish(verb, uuid.uuid4(), reason)
        job = start_job(wish, open_proposals(cast.bea), by=cast.bea, at=factories.NOW)
        while TURNS.next(job.pk, at=factories.NOW):
            pass
        for message in OutboxMessage.objects.filter(topic="notice.mail"):
            send_notice.handler(message)
        for message in OutboxMessage.objects.filter(topic="digest.mail"):
            send_digest.handler(message)
        return mailoutbox

    return decide


def test_approvals_are_one_mail_to_each_contact(cast, propose, decided):
    numbers = [propose(later=5).line.order.number for _ in range(3)]
    propose(cast.globex, later=5)
    mails = {mail.to[0]: mail for mail in decided(Verb.APPROVE)}
    mail = mails[cast.alice.email]
    assert mail.subject == "Northwind Distribution: your proposals for 3 orders were approved"
    assert all(number in mail.body for number in numbers)
    # Mallory has one order: the mail about that order, as ever.
    assert mails[cast.mallory.email].subject.startswith("Order ")
    assert numbers[0] not in mails[cast.mallory.email].body


def test_each_order_in_the_mail_has_the_reader_s_own_way_in(cast, propose, decided):
    for _ in range(2):
        propose(later=5)
    mail = next(m for m in decided(Verb.DECLINE, "Dates are fixed") if m.to == [cast.alice.email])
    links = re.findall(r": (\S+/answer/\S+|\S+/a/\S+|\S+/l/\S+)", mail.body)
    assert len(set(links)) == 2, mail.body
    assert "private-link" not in mail.body + str(mail.alternatives)
    assert "Reason: Dates are fixed" in mail.body
    assert "Please answer again" in mail.body


def test_a_declined_order_waits_for_its_answer_from_the_mail_on(cast, propose, decided):
    for _ in range(2):
        propose(later=5)
    decided(Verb.DECLINE, "Dates are fixed")
    told = Notice.objects.filter(to_user=cast.alice)
    assert told.count() == 2
    assert all(notice.wants_clock and notice.sent_at and notice.state == NoticeState.SENT for notice in told)
