"""Holding a thread while something is done with it, and writing its journal."""

from datetime import datetime

from suppliers.journal.actions import Happening, note
from suppliers.people.models import User
from suppliers.threads.lifecycle import Audience, Side
from suppliers.threads.matters import Matter
from suppliers.threads.models import Message, Thread


def side_of(user: User, matter: Matter) -> Side:
    """Return the side for which somebody writes about a matter they may see."""
    return Side.BUYER if matter.subject.company_id in user.company_ids else Side.SUPPLIER


def hold_thread(matter: Matter, audience: Audience) -> Thread:
    """Return the thread of a matter for one audience, locked; it begins with its first message."""
    subject, document = matter.subject, matter.document
    thread, _ = Thread.objects.get_or_create(
        subject_type=matter.kind,
        subject_id=subject.pk,
        audience=audience,
        defaults={
            "supplier_id": None if audience == Audience.BUYER else subject.supplier_id,
            "company_id": None if audience == Audience.SUPPLIER else subject.company_id,
            "about_supplier_id": subject.supplier_id,
            "about_company_id": subject.company_id,
            "document_type": matter.document_kind,
            "document_id": document.pk,
            "title": matter.title[:200],
        },
    )
    return Thread.objects.select_for_update(of=("self",)).get(pk=thread.pk)


def hold_message(message: Message) -> Message:
    """Return a message and its thread, the thread locked: whatever changes one holds the other."""
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=message.thread_id)
    fresh: Message = Message.objects.get(pk=message.pk)
    fresh.thread = thread
    return fresh


def write_down(thread: Thread, verb: str, sentence: str, *, by: User, at: datetime, reason: str = "") -> None:
    """Write the journal of a thread: who may see the thread may see the entry, nobody else."""
    note(thread, Happening(verb, sentence, reason=reason), by=by, at=at)
