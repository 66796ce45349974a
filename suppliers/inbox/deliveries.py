"""Sends digests for the outbox; what they tell of counts as sent when they are."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from integrations.outbox.delivery import Overtaken, delivery
from integrations.outbox.models import OutboxMessage
from suppliers.notices.deliveries import private_links
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Digest
from suppliers.notices.rendering import with_links
from suppliers.notices.smtp import MailboxRefused, send_mail


@delivery("digest.mail", alone=True)
def send_digest(message: OutboxMessage) -> dict[str, Any]:
    """Send one digest unless it was sent already. Raises TryLater, NeedsAttention or Overtaken."""
    digest = Digest.objects.select_related("user").get(pk=message.payload["digest"])
    if digest.sent_at is None:
        _send(digest)
    return {"to": digest.user.email, "message_id": digest.message_id}


def _send(digest: Digest) -> None:
    if not digest.user.is_active:
        digest.notices.update(state=NoticeState.OBSOLETE)
        raise Overtaken(f"{digest.user.email} may no longer log in.")
    text, html = with_links(digest.text, digest.html, private_links(digest))
    try:
        send_mail(
            to=digest.user.email,
            subject=digest.subject,
            text=text,
            html=html,
            message_id=digest.message_id,
        )
    except MailboxRefused as refusal:
        failure = refusal.said[:500]
        digest.notices.update(state=NoticeState.REFUSED, failed_at=timezone.now(), failure=failure)
        raise
    with transaction.atomic():
        digest.sent_at = timezone.now()
        digest.save(update_fields=["sent_at"])
        digest.notices.update(state=NoticeState.SENT, sent_at=digest.sent_at, failed_at=None, failure="")
