"""An author puts a message right soon after writing it; what it said before stays to be seen."""

from datetime import datetime

from django.db import transaction

from suppliers.people.models import User
from suppliers.refusal import IllegalMove, Problem, Refused
from suppliers.threads.actions.holding import hold_message, write_down
from suppliers.threads.matters import Happened, tell_listeners
from suppliers.threads.models import Message, MessageEdit
from suppliers.threads.rules import EDIT_WINDOW, LONGEST, clean_text, may_still_edit


@transaction.atomic
def edit_message(message: Message, *, text: str, by: User, at: datetime) -> Message:
    """Change the text of one's own message within ten minutes; the former text is kept and shown.

    The same text changes nothing. Raises IllegalMove when it is too late, somebody else's or redacted,
    Refused for an empty or too long text.
    """
    message = hold_message(message)
    if message.by_id != by.pk:
        raise IllegalMove("Only whoever wrote a message can edit it.")
    if message.redacted_at is not None:
        raise IllegalMove("This message was removed meanwhile.")
    if not may_still_edit(message.at, at):
        minutes = EDIT_WINDOW.seconds // 60
        raise IllegalMove(f"A message can be edited for {minutes} minutes. Write another one instead.")
    text = clean_text(text)
    if not text or len(text) > LONGEST:
        raise Refused([Problem("text", "", f"Between 1 and {LONGEST:,} characters are needed")])
    if text == message.text:
        return message
    MessageEdit.objects.create(message=message, **message.sides, at=at, text=message.text)
    message.text, message.edited_at = text, at
    message.save(update_fields=["text", "edited_at"])
    sentence = f"{by} edited a message about {message.thread.title}."
    write_down(message.thread, "message.edited", sentence, by=by, at=at)
    tell_listeners(message, Happened.EDITED)
    return message
