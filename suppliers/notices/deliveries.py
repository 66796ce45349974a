"""Delivers mail for the outbox: once, as far as SMTP can promise it."""

import hashlib
import json
import smtplib
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection
from django.utils import timezone

from integrations.errors import FaultClass, NeedsAttention, TryLater
from integrations.odoo.secrets import decrypt
from integrations.outbox.delivery import Overtaken, delivery
from integrations.outbox.models import OutboxMessage
from integrations.transactions import written_after_a_restart
from suppliers.notices.models import Notice
from suppliers.notices.rendering import with_link


@delivery("notice.mail")
def send_notice(message: OutboxMessage) -> dict[str, Any]:
    """Send one notice unless it was sent already.

    SMTP has no "exactly once": a process that dies between the server's OK and our commit sends again. The
    Message-ID follows from the notice, so that mail servers and readers can drop the second copy.
    Raises TryLater, NeedsAttention or Overtaken (its reader has left).
    """
    notice = Notice.objects.select_related("to_user").get(pk=message.payload["notice"])
    if notice.sent_at is None:
        if notice.to_user is not None and not notice.to_user.is_active:
            raise Overtaken(f"{notice.to_email} may no longer log in.")
        text, html = notice.text, notice.html
        if notice.sealed_link:
            text, html = with_link(text, html, decrypt(notice.sealed_link))
        send_mail(
            to=notice.to_email,
            subject=notice.subject,
            text=text,
            html=html,
            message_id=message_id(f"{notice.key} {notice.to_email}"),
        )
        at, this = timezone.now(), Notice.objects.filter(pk=notice.pk)
        written_after_a_restart(lambda: this.update(sent_at=at))
    return {"to": notice.to_email, "message_id": message_id(f"{notice.key} {notice.to_email}")}


@delivery("account.mail")
def send_account_mail(message: OutboxMessage) -> dict[str, Any]:
    """Send a mail about somebody's own account (a password reset); it is stored encrypted only.

    Raises TryLater or NeedsAttention.
    """
    mail = json.loads(decrypt(message.payload["sealed"]))
    send_mail(**mail, message_id=message_id(message.key))
    return {"to": mail["to"], "message_id": message_id(message.key)}


def message_id(key: str) -> str:
    """Return the Message-ID that belongs to a key: the same one for each attempt."""
    digest = hashlib.sha256(key.encode()).hexdigest()[:32]
    return f"<{digest}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}>"


def send_mail(*, to: str, subject: str, text: str, html: str, message_id: str) -> None:
    """Hand one mail to the mail server.

    Raises TryLater when the server is away or busy, NeedsAttention when it refuses (codes 5xx, RFC 5321).
    """
    wire = get_connection()
    mail = EmailMultiAlternatives(
        subject,
        text,
        to=[to],
        headers={"Message-ID": message_id, "Auto-Submitted": "auto-generated"},
        connection=wire,
    )
    if html:
        mail.attach_alternative(html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        raise _answered(min(codes), f"The mail server does not accept {to}.", error) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, "The mail server refused the mail.", error) from error
    except smtplib.SMTPNotSupportedError as error:
        raise NeedsAttention(
            "The mail server lacks something the settings ask for.", detail=str(error)
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        # Certificates, name look-ups, time-outs and lost connections are all OSErrors.
        raise TryLater("The mail server cannot be reached.", detail=repr(error)) from error
    except (BadHeaderError, UnicodeError) as error:
        raise NeedsAttention(f"A mail cannot be written to {to}.", detail=repr(error)) from error
    finally:
        # Django leaves the connection open when the server does not accept our password.
        with suppress(OSError):
            wire.close()


def _answered(code: int, sentence: str, error: Exception) -> TryLater | NeedsAttention:
    if code < 500:
        return TryLater("The mail server is busy.", detail=repr(error))
    credentials = isinstance(error, smtplib.SMTPAuthenticationError)
    fault = FaultClass.PERMISSION if credentials else FaultClass.DATA
    return NeedsAttention(
        "The mail server does not accept our user name and password." if credentials else sentence,
        detail=repr(error),
        fault=fault,
    )
