"""Somebody has read a thread up to a message."""

from django.db import transaction

from suppliers.people.models import User
from suppliers.threads.models import ReadMark, Thread


@transaction.atomic
def mark_read(threads: list[Thread], *, by: User, up_to: int) -> None:
    """Note that somebody has seen these threads up to a message; what came later stays unread."""
    for thread in threads:
        move_mark(thread, by, min(up_to, thread.last_message_id))


def move_mark(thread: Thread, user: User, message_id: int) -> None:
    """Move somebody's mark forward, never back."""
    mark, created = ReadMark.objects.get_or_create(
        user=user, thread=thread, defaults={"message_id": message_id}
    )
    if not created:
        ReadMark.objects.filter(pk=mark.pk, message_id__lt=message_id).update(message_id=message_id)
