"""What people do about a stopped message besides sending it again: put it off, hand it over, change it."""

import hashlib
import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from integrations.masking import masked_text
from integrations.outbox import engine
from integrations.outbox.editing import Change
from integrations.outbox.models import OutboxMessage, Status

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Person:
    """Who did something: this wing knows people by number and name only."""

    pk: int
    name: str


class NotPossible(Exception):
    """What was asked cannot be done now. The text is a sentence for the person; nothing was changed."""


def fingerprint(payload: Any) -> str:
    """Return what tells two payloads apart, for a form that was filled in while somebody else changed one."""
    text = json.dumps(payload, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def put_off(message_ids: Collection[int], *, until: datetime | None, by: Person, now: datetime) -> int:
    """Keep messages out of the open exceptions until then (None: show them again); return how many changed.

    What is to be sent is sent all the same; messages that are done are left alone.
    """
    words = f"Put off until {until:%Y-%m-%d %H:%M %Z}" if until else "Shown again"

    def change(message: OutboxMessage) -> bool:
        if message.snoozed_until == until:
            return False
        message.snoozed_until = until
        return True

    return _each(message_ids, change, ["snoozed_until"], words, by, now)


def assign(message_ids: Collection[int], *, to: Person | None, by: Person, now: datetime) -> int:
    """Say who looks after messages (None: nobody); return how many changed hands."""
    words = f"Given to {to.name}" if to else "Given to nobody"

    def change(message: OutboxMessage) -> bool:
        if message.assigned_to_id == (to.pk if to else None):
            return False
        message.assigned_to_id, message.assigned_to_name = (to.pk, to.name) if to else (None, "")
        return True

    return _each(message_ids, change, ["assigned_to_id", "assigned_to_name"], words, by, now)


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed payload. ``seen`` is the fingerprint of the payload it was made from."""

    payload: dict[str, Any]
    changes: list[Change]
    reason: str
    seen: str

    @property
    def needs_second_person(self) -> bool:
        """Whether it moves money or goods."""
        return any(change.needs_second_person for change in self.changes)


@transaction.atomic
def change_payload(message_id: int, edit: Edit, *, by: Person, now: datetime) -> bool:
    """Change what a stopped message says and send it again; return whether that has happened.

    A change that moves money or goods is only proposed, and False is returned: somebody else approves it.
    Raises NotPossible when the message is under way or done, when it was changed meanwhile, when another
    change waits, and when nothing differs or no reason is given.
    """
    message = _stopped(message_id)
    if message.proposed_edit:
        raise NotPossible(f"A change by {message.proposed_edit['by']} waits already: decide on that first.")
    if fingerprint(message.payload) != edit.seen:
        raise NotPossible("The message was changed meanwhile: look at it again. Nothing was changed.")
    if not edit.changes or not edit.reason.strip():
        raise NotPossible("A change needs something that differs and a reason.")
    if edit.needs_second_person:
        message.proposed_edit = {
            "by_id": by.pk,
            "by": by.name,
            "at": now.isoformat(),
            "reason": edit.reason.strip(),
            "payload": edit.payload,
            "changes": [asdict(change) for change in edit.changes],
        }
        _note(message, "Proposed a change", by, now, edit.reason, edit.changes)
        message.save(update_fields=["proposed_edit", "history"])
        return False
    message.payload = edit.payload
    _note(message, "Changed", by, now, edit.reason, edit.changes)
    message.save(update_fields=["payload", "history"])
    _send(message, by, now)
    return True


@transaction.atomic
def approve_edit(message_id: int, *, by: Person, now: datetime) -> None:
    """Agree to somebody else's change: it is made and the message sent again; both names are kept.

    Raises NotPossible when no change waits, when it is one's own, and when the message is under way or done.
    """
    message = _stopped(message_id)
    proposal = message.proposed_edit
    if not proposal:
        raise NotPossible("No change waits here: somebody has decided on it already.")
    if proposal["by_id"] == by.pk:
        raise NotPossible("This is your own change: somebody else has to approve it.")
    message.payload, message.proposed_edit = proposal["payload"], None
    changes = [Change(**change) for change in proposal["changes"]]
    _note(message, f"Approved the change by {proposal['by']}", by, now, proposal["reason"], changes)
    message.save(update_fields=["payload", "proposed_edit", "history"])
    _send(message, by, now)


@transaction.atomic
def drop_edit(message_id: int, *, by: Person, reason: str, now: datetime) -> None:
    """Decline somebody's change, or take back one's own; the message stays as it is.

    Raises NotPossible when no change waits.
    """
    message = OutboxMessage.objects.select_for_update().get(pk=message_id)
    proposal = message.proposed_edit
    if not proposal:
        raise NotPossible("No change waits here: somebody has decided on it already.")
    own = proposal["by_id"] == by.pk
    message.proposed_edit = None
    did = "Took the change back" if own else f"Declined the change by {proposal['by']}"
    _note(message, did, by, now, reason, [])
    message.save(update_fields=["proposed_edit", "history"])


def _stopped(message_id: int) -> OutboxMessage:
    message = OutboxMessage.objects.select_for_update().get(pk=message_id)
    if message.status not in {Status.PARKED, Status.PENDING}:
        state = Status(message.status).label.lower()
        raise NotPossible(f"This is {state}: it cannot be changed.")
    return message


def _send(message: OutboxMessage, by: Person, now: datetime) -> None:
    engine.retry([message.pk], by_name=by.name, now=now)


@transaction.atomic
def _each(
    message_ids: Collection[int],
    change: Callable[[OutboxMessage], bool],
    fields: list[str],
    did: str,
    by: Person,
    now: datetime,
) -> int:
    """Lock the messages that are not done, change each, and keep who did it on those that changed."""
    rows = OutboxMessage.objects.filter(pk__in=message_ids, status__in=[Status.PARKED, Status.PENDING])
    changed = [message for message in rows.order_by("pk").select_for_update() if change(message)]
    for message in changed:
        _note(message, did, by, now, "", [])
    OutboxMessage.objects.bulk_update(changed, [*fields, "history"], batch_size=500)
    return len(changed)


def _note(
    message: OutboxMessage, did: str, by: Person, now: datetime, why: str, changes: Collection[Change]
) -> None:
    message.history = [
        *message.history,
        {
            "at": now.isoformat(),
            "by": by.name,
            "by_id": by.pk,
            "did": did,
            "reason": message.reason,
            "attempts": message.attempts,
            "why": why.strip()[:_LONGEST],
            "changes": [
                {
                    "path": one.path,
                    "old": masked_text(one.old)[:_LONGEST],
                    "new": masked_text(one.new)[:_LONGEST],
                }
                for one in changes
            ],
        },
    ]
