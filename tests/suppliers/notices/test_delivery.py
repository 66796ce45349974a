"""Mail leaves once; what cannot leave waits or is put before a person."""

import smtplib

import pytest
from django.core.mail import BadHeaderError, EmailMultiAlternatives

from integrations.errors import FaultClass, NeedsAttention, TryLater
from integrations.outbox.delivery import Overtaken
from integrations.outbox.models import OutboxMessage
from suppliers.notices.actions import notify, notify_address, post
from suppliers.notices.deliveries import message_id, send_account_mail, send_notice
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.notices.reading import states_of
from tests.factories import NOW
from tests.suppliers.notices.test_notify import context


@pytest.fixture
def message(cast, order) -> OutboxMessage:
    notify(order, event="order_new", to=[cast.alice], context=context(), at=NOW, key="k")
    return OutboxMessage.objects.get()


def fail_with(monkeypatch, error: Exception) -> None:
    def send(self) -> int:
        raise error

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)


def test_a_mail_has_text_and_html_and_names_itself(cast, message, mailoutbox):
    proof = send_notice.handler(message)

    [mail] = mailoutbox
    assert mail.to == [cast.alice.email]
    assert mail.alternatives[0][1] == "text/html"
    assert mail.extra_headers["Message-ID"] == message_id(f"k {cast.alice.email}")
    assert proof == {"to": cast.alice.email, "message_id": mail.extra_headers["Message-ID"]}
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    assert Notice.objects.get().sent_at is not None


def test_delivering_twice_sends_once(message, mailoutbox):
    assert send_notice.handler(message) == send_notice.handler(message)
    assert len(mailoutbox) == 1


def test_a_second_copy_after_a_crash_carries_the_same_message_id(message, mailoutbox):
    send_notice.handler(message)
    Notice.objects.update(state="SENDING", sent_at=None)  # the process died before it could say so
    send_notice.handler(message)

    first, second = mailoutbox
    assert first.extra_headers["Message-ID"] == second.extra_headers["Message-ID"]


def test_who_may_no_longer_log_in_is_not_written_to(cast, message, mailoutbox):
    cast.alice.is_active = False
    cast.alice.save()
    with pytest.raises(Overtaken, match="no longer"):
        send_notice.handler(message)
    assert Notice.objects.get().state == NoticeState.OBSOLETE
    assert not mailoutbox


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        smtplib.SMTPServerDisconnected("bye"),
        smtplib.SMTPConnectError(421, b"too busy"),
        smtplib.SMTPDataError(451, b"try again"),
        smtplib.SMTPRecipientsRefused({"a@example.com": (450, b"greylisted")}),
    ],
)
def test_weather_is_tried_later(message, monkeypatch, error):
    fail_with(monkeypatch, error)
    with pytest.raises(TryLater):
        send_notice.handler(message)
    assert Notice.objects.get().sent_at is None


@pytest.mark.parametrize(
    ("error", "sentence", "fault"),
    [
        (smtplib.SMTPRecipientsRefused({"a": (550, b"no such user")}), "does not accept", FaultClass.DATA),
        (smtplib.SMTPSenderRefused(553, b"no", "portal@x"), "refused the mail", FaultClass.DATA),
        (smtplib.SMTPAuthenticationError(535, b"no"), "user name and password", FaultClass.PERMISSION),
        (smtplib.SMTPNotSupportedError("STARTTLS"), "lacks something", FaultClass.DATA),
        (BadHeaderError("newline"), "cannot be written", FaultClass.DATA),
    ],
)
def test_refusals_are_put_before_a_person(message, monkeypatch, error, sentence, fault):
    fail_with(monkeypatch, error)
    with pytest.raises(NeedsAttention, match=sentence) as refused:
        send_notice.handler(message)
    assert refused.value.fault == fault


def test_it_is_known_what_became_of_a_mail(message, monkeypatch):
    fail_with(monkeypatch, ConnectionRefusedError())
    with pytest.raises(TryLater):
        send_notice.handler(message)
    assert Notice.objects.get().state == NoticeState.WAITING

    monkeypatch.undo()
    send_notice.handler(message)
    notice = Notice.objects.get()
    assert notice.state == NoticeState.SENT
    assert notice.message_id == message_id(f"k {notice.to_email}")


def test_an_unknown_mailbox_is_remembered_with_the_server_s_words(message, monkeypatch):
    fail_with(monkeypatch, smtplib.SMTPRecipientsRefused({"a@example.com": (550, b"5.1.1 no such user")}))
    with pytest.raises(NeedsAttention):
        send_notice.handler(message)
    notice = Notice.objects.get()
    assert notice.state == NoticeState.REFUSED
    assert notice.failure == "550 5.1.1 no such user"
    assert notice.failed_at is not None
    assert states_of([notice]) == ["Refused by the mail server: 550 5.1.1 no such user"]

    monkeypatch.undo()
    send_notice.handler(message)  # the administrator had it sent again
    notice.refresh_from_db()
    assert (notice.state, notice.failure, notice.failed_at) == (NoticeState.SENT, "", None)


def test_our_own_trouble_with_the_server_is_not_the_reader_s(message, monkeypatch):
    fail_with(monkeypatch, smtplib.SMTPAuthenticationError(535, b"no"))
    with pytest.raises(NeedsAttention):
        send_notice.handler(message)
    assert Notice.objects.get().state == NoticeState.WAITING


def test_a_private_link_is_put_in_place_only_while_sending(cast, mailoutbox):
    link = "https://portal.example/people/invitation/1-abc/?a=1&b=2"
    details = {"invited_by": "Olivia", "organisation": "Acme", "role": "Sales", "expires_at": NOW}
    notify_address(
        cast.acme,
        event="invitation",
        email="n@example.com",
        context=details,
        at=NOW,
        key="i",
        private_link=link,
    )
    notice = Notice.objects.get()
    assert link not in notice.text + notice.html + notice.sealed_link

    send_notice.handler(OutboxMessage.objects.get())
    assert link in mailoutbox[0].body
    assert (
        'href="https://portal.example/people/invitation/1-abc/?a=1&amp;b=2"'
        in mailoutbox[0].alternatives[0][0]
    )


def test_mail_about_one_s_own_account_is_stored_encrypted_only(db, mailoutbox):
    post(to="n@example.com", subject="Set a new password", text="https://portal.example/secret-key")
    message = OutboxMessage.objects.get()
    assert "secret-key" not in str(message.payload)

    send_account_mail.handler(message)
    assert mailoutbox[0].body == "https://portal.example/secret-key"
    assert mailoutbox[0].subject == "Set a new password"
