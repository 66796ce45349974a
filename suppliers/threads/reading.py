"""Reading one conversation for its page: both audiences one may see in one stream, a page at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from suppliers.people.access import WRITE_MESSAGES, may
from suppliers.people.models import User
from suppliers.threads.actions.holding import side_of
from suppliers.threads.actions.redact import redactors_of
from suppliers.threads.lifecycle import Audience, FileState, Side, Way
from suppliers.threads.matters import Matter
from suppliers.threads.models import Attachment, Message, MessageEdit, Thread
from suppliers.threads.people import mentionable
from suppliers.threads.rules import may_still_edit

PAGE = 30


@dataclass(slots=True)
class MessageView:
    """A message as one person sees it."""

    message: Message
    is_ours: bool
    is_unread: bool
    mentions_me: bool
    may_edit: bool
    may_redact: bool
    files: list[Attachment] = field(default_factory=list)
    edits: list[MessageEdit] = field(default_factory=list)

    @property
    def came_by(self) -> str:
        """How it came, unless it was written here."""
        return "" if self.message.way == Way.WEB else self.message.get_way_display()


@dataclass(frozen=True, slots=True)
class Mentionable:
    """Somebody who can be mentioned; ``is_ours``: in internal notes too."""

    pk: int
    name: str
    is_ours: bool


@dataclass(slots=True)
class OtherTalk:
    """What is written about something else on the same document, such as a line of an order."""

    kind: str
    pk: int
    title: str
    messages: int = 0
    is_unread: bool = False


@dataclass(slots=True)
class Conversation:
    """Everything the page shows of what is said about one matter."""

    matter: Matter
    side: Side
    partner: str
    messages: list[MessageView]
    older: int | None
    newest: int
    unread: int
    shared: Thread | None
    may_write: bool
    people: list[Mentionable]
    # For a document as a whole: what is said about its parts.
    others: list[OtherTalk] = field(default_factory=list)

    @property
    def waits_for_us(self) -> bool:
        """Whether our side owes an answer."""
        return self.shared is not None and self.shared.waiting_for == self.side

    @property
    def waits_for_them(self) -> bool:
        """Whether the other side owes an answer."""
        return self.shared is not None and self.shared.waiting_for == self.side.other


def conversation(
    matter: Matter, user: User, *, now: datetime, before: int | None = None, partner: str
) -> Conversation:
    """Return what somebody may see of a matter's threads, newest page first; *before* asks for older ones."""
    seen = Thread.objects.visible_to(user).with_marks_of(user)
    is_whole = matter.kind == matter.document_kind
    found = list(
        seen.of_document(matter.kind, matter.subject.pk)
        if is_whole
        else seen.about(matter.kind, matter.subject.pk)
    )
    here = (matter.kind, matter.subject.pk)
    threads = {thread.pk: thread for thread in found if (thread.subject_type, thread.subject_id) == here}
    side = side_of(user, matter)
    rows = Message.objects.visible_to(user).filter(thread__in=threads)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    messages = list(rows.order_by("-pk")[: PAGE + 1])
    shown = messages[:PAGE][::-1]
    views = [_view(message, threads[message.thread_id], user, side, now) for message in shown]
    _add_files(views, user)
    _add_edits(views, user)
    may_write = may(user, matter.subject, WRITE_MESSAGES)
    return Conversation(
        matter=matter,
        side=side,
        partner=partner,
        messages=views,
        older=shown[0].pk if len(messages) > PAGE else None,
        newest=max((thread.last_message_id for thread in threads.values()), default=0),
        unread=sum(view.is_unread for view in views),
        shared=next((thread for thread in threads.values() if thread.audience == Audience.SHARED), None),
        may_write=may_write,
        people=_people(matter, side, user) if may_write else [],
        others=_others([thread for thread in found if thread.pk not in threads], user),
    )


def _others(threads: Sequence[Thread], user: User) -> list[OtherTalk]:
    """Return what is said elsewhere on the document, a line's shared thread and its notes as one."""
    others: dict[tuple[str, int], OtherTalk] = {}
    for thread in sorted(threads, key=lambda one: (one.title, one.subject_id)):
        key = (thread.subject_type, thread.subject_id)
        other = others.setdefault(key, OtherTalk(*key, thread.title))
        other.messages += thread.message_count
        read_up_to = thread.read_up_to  # type: ignore[attr-defined]  # annotated by with_marks_of
        if thread.last_at and thread.last_message_id > read_up_to and thread.last_at >= user.date_joined:
            other.is_unread = True
    return [other for other in others.values() if other.messages]


def threads_about(matter: Matter, user: User) -> list[Thread]:
    """Return the threads of a matter that somebody may see."""
    return list(Thread.objects.visible_to(user).about(matter.kind, matter.subject.pk))


def _view(message: Message, thread: Thread, user: User, side: Side, now: datetime) -> MessageView:
    message.thread = thread
    is_mine, is_whole = message.by_id == user.pk, message.redacted_at is None
    return MessageView(
        message=message,
        is_ours=message.side == side,
        is_unread=not is_mine
        and message.pk > thread.read_up_to  # type: ignore[attr-defined]  # annotated by with_marks_of
        and message.at >= user.date_joined,
        mentions_me=user.pk in message.mentioned_ids,
        may_edit=is_mine
        and is_whole
        and may_still_edit(message.at, now)
        and may(user, message, WRITE_MESSAGES),
        may_redact=is_whole and may(user, message, redactors_of(message)),
    )


def _add_files(views: Sequence[MessageView], user: User) -> None:
    files: dict[int, list[Attachment]] = defaultdict(list)
    for file in Attachment.objects.visible_to(user).filter(message__in=[view.message for view in views]):
        files[file.message_id].append(file)
    for view in views:
        view.files = files[view.message.pk]


def _add_edits(views: Sequence[MessageView], user: User) -> None:
    edited = {view.message.pk: view for view in views if view.message.edited_at is not None}
    if edited:
        for edit in MessageEdit.objects.visible_to(user).filter(message__in=edited):
            edited[edit.message_id].edits.append(edit)


def _people(matter: Matter, side: Side, user: User) -> list[Mentionable]:
    everybody = mentionable(matter, mine=side)
    return sorted(
        (Mentionable(pk, name, is_ours) for pk, (name, is_ours) in everybody.items() if pk != user.pk),
        key=lambda person: (not person.is_ours, person.name),
    )


def file_for(user: User, pk: int) -> Attachment | None:
    """Return a file somebody may have, with its bytes; None when there is none (any more) for them."""
    files = Attachment.objects.visible_to(user).filter(state=FileState.READY)
    found: Attachment | None = files.select_related("content").filter(pk=pk).first()
    return found
