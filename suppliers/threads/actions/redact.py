"""Whoever is in charge takes out what should not have been written; its place and the reason stay."""

from datetime import datetime

from django.db import transaction

from suppliers.people.access import MANAGE_PEOPLE
from suppliers.people.models import Role, User
from suppliers.refusal import IllegalMove, Problem, Refused
from suppliers.threads.actions.holding import hold_message, write_down
from suppliers.threads.lifecycle import FileState, Side
from suppliers.threads.matters import Happened, tell_listeners
from suppliers.threads.models import Attachment, AttachmentContent, Message, MessageEdit


def redactors_of(message: Message) -> frozenset[Role]:
    """Return the roles that may redact: the buyer's administrator; of a supplier's own message its owner."""
    return MANAGE_PEOPLE if message.side == Side.SUPPLIER else frozenset({Role.ADMINISTRATOR})


@transaction.atomic
def redact_message(message: Message, *, reason: str, by: User, at: datetime) -> Message:
    """Remove a message's text, its former texts and its files for good; who, when and why is kept.

    Twice changes nothing. Raises Refused without a reason.
    """
    reason = " ".join(reason.split())[:500]
    if not reason:
        raise Refused(
            [Problem("reason", "", "Say why it is removed", "Both the page and the journal keep it")]
        )
    message = hold_message(message)
    if message.redacted_at is not None:
        raise IllegalMove("This message was removed already.")
    message.text, message.mentioned_ids = "", []
    message.redacted_at, message.redacted_by_name, message.redaction_reason = at, str(by)[:150], reason
    message.save()
    MessageEdit.objects.filter(message=message).delete()
    AttachmentContent.objects.filter(attachment__message=message).delete()
    Attachment.objects.filter(message=message).update(
        state=FileState.REDACTED, name="removed file", reason=""
    )
    sentence = f"{by} removed a message of {message.by_name} about {message.thread.title}."
    write_down(message.thread, "message.redacted", sentence, by=by, at=at, reason=reason)
    tell_listeners(message, Happened.REDACTED)
    return message
