"""For the outbox: files are handed out only after the scanner has let them pass; mails can be answered."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from integrations.outbox.delivery import Overtaken, delivery
from integrations.outbox.models import OutboxMessage
from suppliers.journal.actions import Happening, note
from suppliers.notices.deliveries import headers_of, message_id
from suppliers.notices.models import Notice
from suppliers.threads.lifecycle import FileState
from suppliers.threads.models import Attachment, AttachmentContent
from suppliers.threads.reply_address import reply_address
from suppliers.threads.scanning import scan


@delivery("attachment.scan", alone=True)
def scan_attachment(message: OutboxMessage) -> dict[str, Any]:
    """Let the scanner decide about one file. Raises TryLater, NeedsAttention or Overtaken (it is gone)."""
    attachment = Attachment.objects.get(pk=message.payload["attachment"])
    content = AttachmentContent.objects.filter(attachment=attachment).first()
    if content is None or attachment.state != FileState.WAITING:
        raise Overtaken("The file was removed or looked at meanwhile.")
    verdict = scan(bytes(content.data))
    with transaction.atomic():
        held = Attachment.objects.select_for_update(of=("self",)).select_related("message__thread")
        attachment = held.get(pk=attachment.pk)
        if attachment.state == FileState.WAITING:
            _settle(attachment, is_clean=verdict.is_clean)
    return {"clean": verdict.is_clean, "said": verdict.words}


@headers_of("message_new")
def headers_of_message(notice: Notice) -> dict[str, str]:
    """Let a mail be answered into its thread, and let mailboxes show what belongs together."""
    name = message_id(f"thread {notice.subject_id}")
    headers = {"References": name, "In-Reply-To": name}
    if notice.to_user_id and (address := reply_address(notice.subject_id or 0, notice.to_user_id)):
        headers["Reply-To"] = address
    return headers


def _settle(attachment: Attachment, *, is_clean: bool) -> None:
    if is_clean:
        attachment.state = FileState.READY
        attachment.save(update_fields=["state"])
        return
    attachment.state, attachment.reason = FileState.REFUSED, "The virus scanner refused this file."
    attachment.save(update_fields=["state", "reason"])
    AttachmentContent.objects.filter(attachment=attachment).delete()
    thread = attachment.message.thread
    sentence = f"The virus scanner refused a file in {thread.title}."
    note(thread, Happening("attachment.refused", sentence), by=None, at=timezone.now(), channel="SYSTEM")
