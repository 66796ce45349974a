"""Hands one mail to the mail server, and sorts what it says into "later" and "never"."""

import smtplib
from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMultiAlternatives, get_connection

from integrations.errors import FaultClass, NeedsAttention, TryLater


class MailboxRefused(NeedsAttention):
    """The mail server knows no such mailbox. ``said`` holds its own words."""

    def __init__(self, address: str, *, said: str, detail: str) -> None:
        super().__init__(f"The mail server does not accept {address}.", detail=detail)
        self.said = said


def send_mail(
    *,
    to: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Hand one mail to the mail server.

    Raises TryLater when the server is away or busy, NeedsAttention when it refuses (codes 5xx, RFC 5321).
    """
    wire = get_connection()
    head = {"Message-ID": message_id, "Auto-Submitted": "auto-generated", **_sender(), **headers}
    mail = EmailMultiAlternatives(
        subject, text, settings.BOUNCE_ADDRESS or None, to=[to], headers=head, connection=wire
    )
    if html:
        mail.attach_alternative(html, "text/html")
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        code, said = min(error.recipients.values())
        if code < 500:
            raise TryLater("The mail server is busy.", detail=repr(error)) from error
        raise MailboxRefused(to, said=f"{code} {_text(said)}", detail=repr(error)) from error
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error) from error
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


def _sender() -> dict[str, str]:
    """The envelope's sender is who hears of a mail that does not arrive; readers see the other one."""
    return {"From": settings.DEFAULT_FROM_EMAIL} if settings.BOUNCE_ADDRESS else {}


def _answered(code: int, error: Exception) -> TryLater | NeedsAttention:
    if code < 500:
        return TryLater("The mail server is busy.", detail=repr(error))
    credentials = isinstance(error, smtplib.SMTPAuthenticationError)
    fault = FaultClass.PERMISSION if credentials else FaultClass.DATA
    return NeedsAttention(
        "The mail server does not accept our user name and password."
        if credentials
        else "The mail server refused the mail.",
        detail=repr(error),
        fault=fault,
    )


def _text(said: bytes | str) -> str:
    return said if isinstance(said, str) else said.decode(errors="replace")
