"""The page of one exception: what was said and answered, who did what, and the form that changes it."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from integrations.masking import masked_data, masked_text
from integrations.odoo.models import OdooConnection
from integrations.outbox.editing import Change, Leaf, Unfit, editable, edited
from integrations.outbox.handling import Edit, fingerprint
from integrations.outbox.models import OPEN, OutboxMessage, Status
from portal.integration.queue import Row, rows_of
from portal.integration.scope import Desk
from portal.integration.wording import ADVICE
from suppliers import pauses

_PREFIX = "value-"


@dataclass(frozen=True, slots=True)
class Step:
    """Something somebody did with a message."""

    at: datetime | None
    by: str
    did: str
    had: str
    why: str
    changes: list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that waits for a second person."""

    by: str
    at: datetime | None
    reason: str
    changes: list[dict[str, str]]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    """Everything the page of one exception shows."""

    row: Row
    request: str
    answer: str
    detail: str
    advice: str
    steps: list[Step]
    proposal: Proposal | None
    followers: int
    may_act: bool
    is_stopped: bool
    people: list[tuple[int, str]]
    pauses: dict[str, str]


def message_view(desk: Desk, message: OutboxMessage, *, now: datetime) -> MessageView:
    """Return the page of a message; everything that looks like a secret is replaced by dots."""
    connections = OdooConnection.objects.filter(pk__in=_connection_pk(message))
    may_act = desk.own_messages().filter(pk=message.pk).exists()
    is_stopped = message.status in {Status.PARKED, Status.PENDING}
    followers = OutboxMessage.objects.filter(
        document=message.document, status__in=OPEN, pk__gt=message.pk
    ).count()
    return MessageView(
        row=rows_of(desk, [message], list(connections), now=now)[0],
        request=_pretty(message.payload),
        answer="" if message.result is None else _pretty(message.result),
        detail=masked_text(message.detail),
        advice=ADVICE.get(message.trouble_class, "") if message.status in OPEN else "",
        steps=[_step(entry) for entry in reversed(message.history)],
        proposal=_proposal(desk, message) if is_stopped else None,
        followers=followers if message.status in OPEN else 0,
        may_act=may_act,
        is_stopped=is_stopped,
        people=[(user.pk, str(user)) for user in desk.people()] if may_act and is_stopped else [],
        pauses=pauses.CHOICES,
    )


@dataclass(slots=True)
class Field:
    """A value of the message in the form."""

    leaf: Leaf
    text: str
    error: str = ""

    @property
    def name(self) -> str:
        """The field's name in the form."""
        return f"{_PREFIX}{self.leaf.path}"


@dataclass(slots=True)
class EditForm:
    """The form that changes a message: one field for each value a person may change."""

    fields: list[Field]
    seen: str
    reason: str = ""
    reason_error: str = ""
    problem: str = ""
    changes: list[Change] = field(default_factory=list)
    payload: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, message: OutboxMessage) -> "EditForm":
        """Return the form as it is first shown."""
        leaves = editable(message.payload)
        return cls([Field(leaf, leaf.text) for leaf in leaves], fingerprint(message.payload))

    @classmethod
    def read(cls, message: OutboxMessage, data: QueryDict) -> "EditForm":
        """Return the form as it was sent; what does not fit is named at its field, nothing typed is lost."""
        typed = {
            name.removeprefix(_PREFIX): str(value) for name, value in data.items() if name.startswith(_PREFIX)
        }
        form = cls.of(message)
        form.seen = data.get("seen", "")
        form.reason = data.get("reason", "").replace("\0", "").strip()
        for each in form.fields:
            each.text = typed.get(each.leaf.path, each.text)
        try:
            form.payload, form.changes = edited(message.payload, typed)
        except Unfit as unfit:
            for each in form.fields:
                each.error = unfit.problems.get(each.leaf.path, "")
            return form
        if not form.changes:
            form.problem = "Nothing differs yet: change a value below."
        return form

    @property
    def has_errors(self) -> bool:
        """Whether it cannot be taken as it is."""
        return bool(self.problem or self.reason_error or any(each.error for each in self.fields))

    @property
    def needs_second_person(self) -> bool:
        """Whether somebody else has to approve it."""
        return any(change.needs_second_person for change in self.changes)

    def require_reason(self) -> None:
        """Say so when there is no reason."""
        if not self.reason:
            self.reason_error = "A reason is needed: it stays with the message."

    def edit(self) -> Edit:
        """Return what was typed."""
        return Edit(self.payload, self.changes, self.reason, self.seen)


def _connection_pk(message: OutboxMessage) -> list[int]:
    kind, _, pk = message.destination.partition(":")
    return [int(pk)] if kind == "odoo" and pk.isdecimal() else []


def _step(entry: dict[str, Any]) -> Step:
    return Step(
        at=parse_datetime(str(entry.get("at", ""))),
        by=str(entry.get("by", "")),
        did=str(entry.get("did", "")),
        had=masked_text(str(entry.get("reason") or "")),
        why=masked_text(str(entry.get("why") or "")),
        changes=list(entry.get("changes") or []),
    )


def _proposal(desk: Desk, message: OutboxMessage) -> Proposal | None:
    found = message.proposed_edit
    if not found:
        return None
    changes = [
        {name: masked_text(str(change[name])) for name in ("path", "old", "new")}
        for change in found["changes"]
    ]
    at = parse_datetime(str(found["at"]))
    return Proposal(found["by"], at, found["reason"], changes, found["by_id"] == desk.user.pk)


def _pretty(data: Any) -> str:
    return json.dumps(masked_data(data), indent=2, ensure_ascii=False)
