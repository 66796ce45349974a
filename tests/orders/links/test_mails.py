"""The mails about an order carry each reader's own link, encrypted, beside the way to log in."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.outbox.models import OutboxMessage
from orders.links.models import AnswerLink
from orders.purchasing import mail
from orders.purchasing.actions import decline_lines
from orders.purchasing.models import LineAnswer
from suppliers.notices.deliveries import send_notice
from suppliers.notices.models import Notice
from suppliers.notices.rendering import LINK_PLACEHOLDER, render

LINK = re.compile(r"https?://\S+?/answer/[\w.\-]+/")


@pytest.fixture
def mails(mailoutbox):
    """Send what waits and return the mails by address."""

    def send():
        for message in OutboxMessage.objects.filter(topic="notice.mail").order_by("pk"):
            send_notice.handler(message)
        return {sent.to[0]: sent for sent in mailoutbox}

    return send


def test_a_new_order_s_mail_shows_both_ways(cast, order, lines, mails):
    mail.tell_supplier_of_new_order(order, lines, at=timezone.now())
    sent = mails()
    assert set(sent) == {cast.alice.email, cast.olivia.email}
    found = {}
    for address, each in sent.items():
        html = each.alternatives[0].content
        (text_link,) = LINK.findall(each.body)
        assert LINK.findall(html) == [text_link]
        assert f"/orders/{order.pk}/" in each.body
        assert f"/orders/{order.pk}/" in html
        found[address] = text_link
    assert len(set(found.values())) == 2


def test_the_link_in_the_mail_opens_the_order_for_its_reader(cast, order, lines, mails, phone):
    mail.tell_supplier_of_new_order(order, lines, at=timezone.now())
    url = LINK.findall(mails()[cast.alice.email].body)[0]
    page = phone().get(re.sub(r"^https?://[^/]+", "", url))
    assert page.status_code == 200
    assert "Alice Sales" in page.content.decode()


def test_no_link_is_stored_where_it_could_be_read(order, lines):
    mail.tell_supplier_of_new_order(order, lines, at=timezone.now())
    for notice in Notice.objects.all():
        assert not LINK.search(notice.text + notice.html + notice.sealed_link)
    for link in AnswerLink.objects.all():
        assert len(link.digest) == 64


def test_telling_twice_makes_one_link_each(cast, order, lines):
    for _ in range(2):
        mail.tell_supplier_of_new_order(order, lines, at=timezone.now())
    assert AnswerLink.objects.filter(user=cast.alice).count() == 1


def test_a_decision_and_a_counter_proposal_carry_links_too(cast, order, answer, lines, part, soon):
    answer({lines[0]: [part(on=soon + timedelta(days=5))]}, at=timezone.now())
    proposal = LineAnswer.objects.get(line=lines[0])
    decline_lines(order, by=cast.bea, answer_ids=[proposal.pk], reason="Too late", at=timezone.now())
    events = set(Notice.objects.exclude(sealed_link="").values_list("event", flat=True))
    assert events == {"order_decided"}


def test_mail_to_buyers_carries_none(cast, order, answer, lines, part, soon):
    answer({lines[0]: [part(on=soon + timedelta(days=5))]}, at=timezone.now())
    notice = Notice.objects.get(event="order_proposed")
    assert notice.sealed_link == ""
    assert not AnswerLink.objects.exists()


def test_a_changed_order_s_link_is_for_the_new_revision(cast, order, phone, mails):
    order.revision = 2
    order.save()
    change = {"line": None, "label": "order", "field": "notes", "old": "", "new": "x"}
    mail.tell_supplier_of_change(order, [change], at=timezone.now())
    assert {link.revision for link in AnswerLink.objects.all()} == {2}


@pytest.mark.parametrize("event", ["order_reminder", "order_forwarded"])
def test_reminders_show_both_ways_too(event):
    order = {"number": "P1", "company": "Northwind", "url": "/orders/1/"}
    words = {"order": order, "kind": "", "step": "", "recipient": "Alice"}
    rendered = render(event, words, with_private_link=True)
    for text in (rendered.text, rendered.html):
        assert LINK_PLACEHOLDER in text
        assert "/orders/1/" in text
