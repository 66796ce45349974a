"""People are told by mail what was written: one mail for a burst of messages, to whom it concerns."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse

from suppliers.notices.actions import notify
from suppliers.people.models import User
from suppliers.threads.models import Attachment, Message, ReadMark, Thread
from suppliers.threads.people import to_tell
from suppliers.threads.reply_address import MARKER, reply_address

logger = logging.getLogger(__name__)

EVENT = "message_new"
_AT_ONCE = 500
# A mail shows so much of each message; the page has all of it.
_LONGEST = 4000


def tell_what_is_due(*, now: datetime) -> int:
    """Write the mails about every burst of messages that has lasted long enough; return how many threads.

    A thread that breaks does not stop the others: it is tried again next time.
    """
    due = Thread.objects.filter(tell_at__lte=now).order_by("tell_at").values_list("pk", flat=True)
    told = 0
    for pk in list(due[:_AT_ONCE]):
        try:
            told += tell_about(pk, now=now)
        except Exception:
            logger.exception("Thread %s could not be told of.", pk)
    return told


@transaction.atomic
def tell_about(thread_id: int, *, now: datetime) -> bool:
    """Write one mail to each person a thread's new messages concern; return whether there was anything.

    Nobody is told of what they wrote or have read already. Who may not see the thread is nobody it knows.
    """
    due = Thread.objects.filter(pk=thread_id, tell_at__lte=now)
    held = due.select_for_update(of=("self",), skip_locked=True)
    thread = held.select_related("about_supplier", "about_company").first()
    if thread is None:
        return False
    messages = list(Message.objects.filter(thread=thread, pk__gt=thread.told_id).order_by("pk"))
    files = _names_of_files(messages)
    marks = dict(ReadMark.objects.filter(thread=thread).values_list("user_id", "message_id"))
    for person in to_tell(thread, messages):
        theirs = [
            message
            for message in messages
            if message.by_id != person.pk and message.pk > marks.get(person.pk, 0) and not message.redacted_at
        ]
        if theirs:
            _write(thread, theirs, files, to=person, at=now)
    thread.tell_at, thread.told_id = None, thread.last_message_id
    thread.save(update_fields=["tell_at", "told_id"])
    return True


def _write(
    thread: Thread, messages: Sequence[Message], files: dict[int, list[str]], *, to: User, at: datetime
) -> None:
    newest = messages[-1]
    context = {
        "by": newest.by_name,
        "title": thread.title,
        "internal": thread.is_internal,
        "supplier": thread.about_supplier.name,
        "company": thread.about_company.name,
        "mentions_me": any(to.pk in message.mentioned_ids for message in messages),
        "messages": [_shown(thread, message, files.get(message.pk, []), to) for message in messages],
        "url": reverse("threads:about", args=[thread.subject_type, thread.subject_id]),
        "reply_marker": MARKER if reply_address(thread.pk, to.pk) else "",
    }
    key = f"thread:{thread.pk}:{newest.pk}"
    notify(thread, event=EVENT, to=[to], context=context, at=at, key=key)


def _shown(thread: Thread, message: Message, files: Iterable[str], to: User) -> dict[str, Any]:
    place = thread.about_company if message.side == "BUYER" else thread.about_supplier
    text = message.text if len(message.text) <= _LONGEST else f"{message.text[:_LONGEST]} …"
    at = message.at.astimezone(ZoneInfo(to.time_zone))
    written = {"by": message.by_name, "of": place.name, "at": f"{at:%d %b, %H:%M}"}
    return written | {"text": text, "files": list(files)}


def _names_of_files(messages: Sequence[Message]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    for message_id, name in Attachment.objects.filter(message__in=messages).values_list("message_id", "name"):
        names.setdefault(message_id, []).append(name)
    return names
