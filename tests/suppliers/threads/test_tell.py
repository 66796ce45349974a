"""Mail about messages: to whom it concerns, one for a burst, and never a note to the other side."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings

from suppliers.notices.models import Notice
from suppliers.people.models import Role, User
from suppliers.threads.actions import mark_read, redact_message
from suppliers.threads.actions.tell import tell_what_is_due
from suppliers.threads.models import Thread
from suppliers.threads.people import to_tell
from suppliers.threads.reply_address import MARKER, read_reply_address, reply_address
from suppliers.threads.rules import BURST
from tests import factories
from tests.factories import NOW

LATER = NOW + BURST


@pytest.fixture
def told(db):
    """Let the time of the burst pass, and return who was written to."""

    def tell(at=LATER):
        before = set(Notice.objects.values_list("pk", flat=True))
        tell_what_is_due(now=at)
        return {notice.to_user: notice for notice in Notice.objects.exclude(pk__in=before)}

    return tell


def test_the_buyers_are_told_of_a_supplier_s_question_and_nobody_else(cast, write, told):
    write(cast.alice, "When do you need them?")
    mails = told()
    assert set(mails) == {cast.bea}
    mail = mails[cast.bea]
    assert mail.subject.startswith("Alice Sales wrote to you about Order P")
    assert "When do you need them?" in mail.text
    assert "When do you need them?" in mail.html
    assert f"/messages/about/purchaseorder/{Thread.objects.get().subject_id}/" in mail.text


def test_those_who_sell_are_told_of_a_buyer_s_question(cast, write, told):
    write(cast.bea, "When?")
    assert set(told()) == {cast.alice, cast.olivia}


def test_once_somebody_takes_part_the_others_are_left_alone(cast, write, told):
    write(cast.alice)
    told()
    write(cast.bea, at=LATER)
    assert set(told(LATER + BURST)) == {cast.alice}


def test_a_burst_is_one_mail_and_nothing_is_told_twice(cast, write, told):
    write(cast.alice, "First")
    write(cast.alice, "Second", at=NOW + timedelta(minutes=2))
    assert told(NOW + timedelta(minutes=2)) == {}
    mail = told()[cast.bea]
    assert "First" in mail.text
    assert "Second" in mail.text
    assert told(LATER + timedelta(days=1)) == {}
    write(cast.alice, "Third", at=LATER)
    assert "First" not in told(LATER + BURST)[cast.bea].text


def test_what_was_read_or_removed_meanwhile_is_not_told(cast, write, told):
    first = write(cast.alice, "First")
    mark_read([Thread.objects.get()], by=cast.bea, up_to=first.pk)
    assert told() == {}
    second = write(cast.alice, "Second", at=LATER)
    redact_message(second, reason="x", by=cast.olivia, at=LATER)
    assert told(LATER + BURST) == {}


def test_whoever_is_mentioned_is_told(cast, write, told):
    write(cast.alice, "@Rita Reader has the drawing, @Bea Buyer")
    mails = told()
    assert set(mails) == {cast.rita, cast.bea}
    assert "You are mentioned" in mails[cast.rita].text


def test_a_note_goes_to_colleagues_it_mentions_and_to_nobody_else(cast, write, told):
    write(cast.alice, "Shared question")
    told()
    write(cast.bea, "They overcharge us", internal=True, at=LATER)
    assert told(LATER + BURST) == {}
    max_ = factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)
    write(cast.bea, "@Max Manager they overcharge us, @Alice Sales", internal=True, at=LATER)
    mails = told(LATER + BURST)
    assert set(mails) == {max_}
    assert mails[max_].subject.startswith("Internal note of Bea Buyer")
    for notice in Notice.objects.filter(text__contains="overcharge"):
        assert (notice.supplier_id, notice.company_id) == (None, cast.northwind.pk)
    assert not Notice.objects.visible_to(cast.alice).filter(text__contains="overcharge").exists()


def test_whoever_left_or_may_not_log_in_is_not_told(cast, write, told):
    write(cast.bea, "When?")
    User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    cast.olivia.memberships.all().delete()
    assert told() == {}


def test_one_thread_that_breaks_does_not_stop_the_others(cast, write, told, monkeypatch, caplog):
    write(cast.alice)
    write(cast.bea, internal=True, text="@Bea Buyer")
    calls: list[int] = []

    def once_broken(thread, messages):
        calls.append(thread.pk)
        if len(calls) == 1:
            raise ValueError("broken")
        return to_tell(thread, messages)

    monkeypatch.setattr("suppliers.threads.actions.tell.to_tell", once_broken)
    told()
    assert len(calls) == 2
    assert Thread.objects.filter(tell_at__isnull=False).count() == 1
    assert "could not be told of" in caplog.text


def test_mails_can_be_answered_where_replies_are_taken(cast, write, told, settings, deliver_mail):
    settings.REPLY_ADDRESS = "reply+{tag}@in.example.com"
    write(cast.alice)
    assert MARKER in told()[cast.bea].text
    (mail,) = deliver_mail()
    thread = Thread.objects.get()
    assert mail.extra_headers["Reply-To"] == reply_address(thread.pk, cast.bea.pk)
    assert read_reply_address(mail.extra_headers["Reply-To"].upper()) == (thread.pk, cast.bea.pk)
    write(cast.alice, at=LATER)
    told(LATER + BURST)
    assert deliver_mail()[-1].extra_headers["References"] == mail.extra_headers["References"]


def test_without_an_address_nobody_is_asked_to_reply(cast, write, told, deliver_mail):
    assert django_settings.REPLY_ADDRESS == ""
    write(cast.alice)
    assert MARKER not in told()[cast.bea].text
    (mail,) = deliver_mail()
    assert "Reply-To" not in mail.extra_headers
