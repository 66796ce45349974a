"""Delivers mail for the outbox: once, as far as SMTP can promise it."""

import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from integrations.errors import DeliveryError
from integrations.odoo.secrets import decrypt
from integrations.outbox.delivery import Overtaken, delivery
from integrations.outbox.models import OutboxMessage
from integrations.transactions import written_after_a_restart
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Digest, Notice
from suppliers.notices.rendering import with_link
from suppliers.notices.smtp import MailboxRefused, send_mail

# Header lines for the mails of one event: how a mail is answered, what belongs together in a mailbox.
Headers = Callable[[Notice], dict[str, str]]
_headers: dict[str, Headers] = {}


def headers_of(event: str) -> Callable[[Headers], Headers]:
    """Register the function below as the one that gives an event's mails further headers.

    It stands in a module named deliveries, where start-up finds it. Raises ImproperlyConfigured when another
    function has the event already.
    """

    def register(headers: Headers) -> Headers:
        if event in _headers:
            raise ImproperlyConfigured(f"Two functions give {event} headers: {headers.__module__} has one.")
        _headers[event] = headers
        return headers

    return register


@delivery("notice.mail", alone=True)
def send_notice(message: OutboxMessage) -> dict[str, Any]:
    """Send one notice unless it was sent already.

    SMTP has no "exactly once": a process that dies between the server's OK and our commit sends again. The
    Message-ID follows from the notice, so that mail servers and readers can drop the second copy.
    Raises TryLater, NeedsAttention or Overtaken (its reader has left).
    """
    notice = Notice.objects.select_related("to_user").get(pk=message.payload["notice"])
    if notice.state == NoticeState.FOLDED:
        raise Overtaken("It is told in a later mail.")
    if notice.state in NoticeState.sendable():
        _send(notice)
    return {"to": notice.to_email, "message_id": message_id(f"{notice.key} {notice.to_email}")}


def _send(notice: Notice) -> None:
    this = Notice.objects.filter(pk=notice.pk)
    if notice.to_user is not None and not notice.to_user.is_active:
        this.update(state=NoticeState.OBSOLETE)
        raise Overtaken(f"{notice.to_email} may no longer log in.")
    # Folding it into a later mail is a change of state too: one of the two comes first.
    if not this.filter(state__in=NoticeState.sendable()).update(state=NoticeState.SENDING):
        raise Overtaken("It is told in a later mail.")
    text, html = notice.text, notice.html
    if notice.sealed_link:
        text, html = with_link(text, html, decrypt(notice.sealed_link))
    try:
        send_mail(
            to=notice.to_email,
            subject=notice.subject,
            text=text,
            html=html,
            message_id=message_id(f"{notice.key} {notice.to_email}"),
            headers=_headers[notice.event](notice) if notice.event in _headers else {},
        )
    except MailboxRefused as refusal:
        at, failure = timezone.now(), refusal.said[:500]
        written_after_a_restart(lambda: this.update(state=NoticeState.REFUSED, failed_at=at, failure=failure))
        raise
    except DeliveryError:
        written_after_a_restart(lambda: this.update(state=NoticeState.WAITING))
        raise
    at = timezone.now()
    written_after_a_restart(
        lambda: this.update(state=NoticeState.SENT, sent_at=at, failed_at=None, failure="")
    )


def private_links(digest: Digest) -> dict[int, str]:
    """Return the private links of what a mail tells of, by notice; they are kept encrypted until now."""
    sealed = digest.notices.exclude(sealed_link="").values_list("pk", "sealed_link")
    return {number: decrypt(link) for number, link in sealed}


@delivery("account.mail", alone=True)
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
