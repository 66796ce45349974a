"""What was written about an order becomes a note in its chatter in Odoo; internal notes only if allowed."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join, linebreaks
from django.utils.safestring import SafeString

from integrations.errors import TryLater
from integrations.odoo.connect import gateway_for
from integrations.odoo.records import Note, NoteFile
from integrations.outbox.delivery import Overtaken, delivery
from integrations.outbox.models import OutboxMessage
from orders.conversations.matters import LINE, ORDER
from orders.purchasing.models import PurchaseOrder
from suppliers.threads.lifecycle import Audience, FileState, Way
from suppliers.threads.matters import Happened, listen
from suppliers.threads.models import Attachment, ChatterSharing, Message


@listen(ORDER, LINE)
def tell_odoo(message: Message, happened: Happened) -> None:
    """Enqueue what Odoo is to be told of a message; what came from there does not go back.

    Messages about one order are in order among themselves, and never hold up what was agreed about it.
    """
    if message.way == Way.ODOO or not _goes_to_odoo(message):
        return
    order = PurchaseOrder.objects.select_related("company").get(pk=message.thread.document_id)
    edit = f":{message.edited_at.isoformat()}" if happened is Happened.EDITED and message.edited_at else ""
    push_message.enqueue(
        key=f"{message.pk}:{happened}{edit}",
        document=f"order_messages:{order.pk}",
        destination=f"odoo:{order.company.connection_id}",
        payload={"order": order.pk, "message": message.pk, "happened": happened},
    )


def _goes_to_odoo(message: Message) -> bool:
    thread = message.thread
    if thread.audience == Audience.SHARED:
        return True
    if thread.audience == Audience.SUPPLIER:
        return False
    return ChatterSharing.objects.filter(company=thread.company_id, internal_notes=True).exists()


@delivery("order.message")
def push_message(outgoing: OutboxMessage) -> dict[str, Any]:
    """Post, rewrite or take back the note of one message. Each step may run again.

    Raises TryLater, NeedsAttention, or Overtaken when there is nothing left to say.
    """
    orders = PurchaseOrder.objects.select_related("company__connection", "supplier")
    order = orders.get(pk=outgoing.payload["order"])
    message = Message.objects.select_related("thread").get(pk=outgoing.payload["message"])
    is_new = outgoing.payload["happened"] == Happened.POSTED
    if is_new and message.redacted_at is not None:
        raise Overtaken("The message was removed before Odoo was told of it.")
    files = list(Attachment.objects.filter(message=message).order_by("pk"))
    if is_new and any(file.state == FileState.WAITING for file in files):
        raise TryLater("A file of this message is still being checked for viruses.")
    ready = [file for file in files if file.state == FileState.READY]
    note = Note(_external_id(message), note_of(order, message, files), _with_bytes(ready))
    visit = gateway_for(order.company.connection).visit(order.odoo_id)
    if is_new:
        visit.post_note(note)
    else:
        visit.rewrite_note(note)
    return {"message": message.pk, "files": len(ready)}


def note_of(order: PurchaseOrder, message: Message, files: list[Attachment]) -> str:
    """Return what Odoo's users read: who wrote, about what, the text, and the way to the conversation."""
    thread = message.thread
    url = f"{settings.SITE_URL}{reverse('threads:about', args=[thread.subject_type, thread.subject_id])}"
    place = order.company if message.side == "BUYER" else order.supplier
    about = "" if thread.subject_type == ORDER else f" about {thread.title}"
    if message.redacted_at is not None:
        said = format_html("<p><i>This message was removed: {}</i></p>", message.redaction_reason)
    else:
        said = SafeString(linebreaks(message.text, autoescape=True)) + _refused(files)
    zone = order.company.time_zone
    local = message.at.astimezone(ZoneInfo(zone))
    head = format_html(
        "<p><b>{}</b> ({}) {}{}{}:</p>",
        message.by_name,
        place,
        "noted for colleagues" if thread.is_internal else "wrote",
        about,
        ", edited" if message.edited_at and not message.redacted_at else "",
    )
    foot = format_html('<p><a href="{}">Quayside</a>, {} ({})</p>', url, f"{local:%Y-%m-%d %H:%M}", zone)
    # Joined, it is a plain text: XML-RPC takes no kind of text but that.
    return "".join([head, said, foot])


def _refused(files: list[Attachment]) -> SafeString:
    """Name the files that were not let through, so that nobody waits for them."""
    refused = [(file.name, file.reason) for file in files if file.state == FileState.REFUSED]
    return format_html_join("", "<p><i>{}: {}</i></p>", refused)


def _external_id(message: Message) -> str:
    """Return what names the note: the message's own mark, for another database may hold the same key."""
    mark = message.submission or uuid5(NAMESPACE_URL, message.external_key or f"message:{message.pk}")
    return f"quayside_message_{mark.hex}"


def _with_bytes(files: list[Attachment]) -> tuple[NoteFile, ...]:
    found = Attachment.objects.filter(pk__in=[file.pk for file in files]).select_related("content")
    return tuple(NoteFile(file.name, file.mime, bytes(file.content.data)) for file in found.order_by("pk"))
