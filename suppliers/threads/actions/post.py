"""Somebody writes: in the portal, by mail, or in Odoo."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from suppliers.journal.actions import Happening, note
from suppliers.people.models import User
from suppliers.refusal import Problem, Refused
from suppliers.threads.actions.holding import hold_thread, side_of
from suppliers.threads.actions.read import move_mark
from suppliers.threads.deliveries import scan_attachment
from suppliers.threads.files import CheckedFile, Upload, check_files
from suppliers.threads.lifecycle import Audience, FileState, Side, Way
from suppliers.threads.matters import Happened, Matter, tell_listeners
from suppliers.threads.models import Attachment, AttachmentContent, Message, Thread
from suppliers.threads.people import names_for
from suppliers.threads.rules import BURST, LONGEST, clean_text, mentioned_in
from suppliers.threads.scanning import scans


@dataclass(frozen=True, slots=True)
class _Written:
    """A message before it stands in its thread."""

    side: Side
    by: User | None
    by_name: str
    way: Way
    text: str
    at: datetime
    files: Sequence[CheckedFile] = ()
    refused: Sequence[tuple[str, str]] = ()
    mentioned_ids: Sequence[int] = ()
    submission: UUID | None = None
    external_key: str | None = None


@transaction.atomic
def post_message(
    matter: Matter,
    *,
    by: User,
    text: str,
    submission: UUID | None,
    at: datetime,
    internal: bool = False,
    files: Sequence[Upload] = (),
    mentions: Collection[int] = (),
) -> Message:
    """Write a message, or with *internal* a note that only one's own side will ever see.

    ``mentions`` are ids of people besides those the text names ("@Bea Janssens"). The same *submission*
    twice is one message. Raises Refused naming every problem with text, files and mentions.
    """
    side = side_of(by, matter)
    text = clean_text(text)
    people = names_for(matter, mine=side, internal=internal)
    problems = _problems_of_text(text, files) + _problems_of_mentions(mentions, people)
    checked: list[CheckedFile] = []
    try:
        checked = check_files(files)
    except Refused as refusal:
        problems += refusal.problems
    if problems:
        raise Refused(problems)
    thread = hold_thread(matter, Audience(side.value) if internal else Audience.SHARED)
    if submission and (done := Message.objects.filter(thread=thread, submission=submission).first()):
        return done
    found = sorted({*mentions, *mentioned_in(text, people)} - {by.pk})
    written = _Written(side, by, str(by), Way.WEB, text, at, checked, (), found, submission)
    return _add(thread, written)


@transaction.atomic
def receive_message(
    matter: Matter,
    *,
    side: Side,
    way: Way,
    by: User | None,
    by_name: str,
    text: str,
    at: datetime,
    external_key: str,
    audience: Audience = Audience.SHARED,
    files: Sequence[CheckedFile] = (),
    refused: Sequence[tuple[str, str]] = (),
) -> Message | None:
    """Take what was written elsewhere, once: None when *external_key* is here already.

    ``refused`` names files that came along and may not stay, with the reason. Whoever calls has made sure
    that its author may write here.
    """
    thread = hold_thread(matter, audience)
    if Message.objects.filter(external_key=external_key).exists():
        return None
    text = clean_text(text)[:LONGEST]
    people = names_for(matter, mine=side, internal=thread.is_internal)
    found = [pk for pk in mentioned_in(text, people) if by is None or pk != by.pk]
    written = _Written(
        side, by, by_name[:150], way, text, at, files, refused, found, external_key=external_key
    )
    return _add(thread, written)


def _add(thread: Thread, written: _Written) -> Message:
    message = Message.objects.create(
        thread=thread,
        **thread.sides,
        side=written.side,
        by=written.by,
        by_name=written.by_name,
        way=written.way,
        at=written.at,
        text=written.text,
        mentioned_ids=list(written.mentioned_ids),
        submission=written.submission,
        external_key=written.external_key,
    )
    _attach(message, written)
    _move_on(thread, message)
    if written.by is not None:
        move_mark(thread, written.by, message.pk)
    what = "an internal note" if thread.is_internal else "a message"
    with_files = f" with {len(written.files)} attached" if written.files else ""
    sentence = f"{written.by_name} wrote {what} about {thread.title}{with_files}."
    happening = Happening("message.posted", sentence)
    note(thread, happening, by=written.by, at=written.at, channel=written.way, actor_name=written.by_name)
    tell_listeners(message, Happened.POSTED)
    return message


def _move_on(thread: Thread, message: Message) -> None:
    """Whoever is answered waits no longer; the other side owes an answer now."""
    thread.message_count += 1
    thread.last_message_id, thread.last_at, thread.last_by_name = message.pk, message.at, message.by_name
    thread.tell_at = thread.tell_at or message.at + BURST
    if not thread.is_internal:
        owes = Side(message.side).other
        if thread.waiting_for != owes:
            thread.waiting_for, thread.waiting_since = owes, message.at
    thread.save()


def _attach(message: Message, written: _Written) -> None:
    state = FileState.WAITING if scans() else FileState.READY
    for file in written.files:
        attachment = Attachment.objects.create(
            message=message,
            **message.sides,
            name=file.name,
            mime=file.mime,
            size=len(file.data),
            sha256=file.sha256,
            state=state,
        )
        AttachmentContent.objects.create(attachment=attachment, **message.sides, data=file.data)
        if state == FileState.WAITING:
            name = f"attachment:{attachment.pk}"
            payload = {"attachment": attachment.pk}
            scan_attachment.enqueue(key=name, document=name, destination="scanner", payload=payload)
    for name, reason in written.refused:
        Attachment.objects.create(
            message=message, **message.sides, name=name[:150], mime="", size=0, sha256="",
            state=FileState.REFUSED, reason=reason[:300],
        )  # fmt: skip


def _problems_of_text(text: str, files: Sequence[Upload]) -> list[Problem]:
    if not text and not files:
        return [Problem("text", "", "Write something, or attach a file")]
    if len(text) > LONGEST:
        return [Problem("text", f"{len(text):,} characters", f"A message has {LONGEST:,} characters at most")]
    return []


def _problems_of_mentions(mentions: Collection[int], people: dict[int, str]) -> list[Problem]:
    if set(mentions) <= people.keys():
        return []
    return [Problem("mentions", "", "Only people who can see the message can be mentioned", "Choose again")]
