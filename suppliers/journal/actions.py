"""Writing the journal: called by every action, inside its transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from integrations.correlation import current_correlation_id
from suppliers.journal.models import Channel, JournalEntry


@dataclass(frozen=True, slots=True)
class Happening:
    """What an entry says; ``changes`` is ``[{"what": …, "old": …, "new": …}]``."""

    verb: str
    sentence: str
    changes: tuple[dict[str, str], ...] = ()
    reason: str = ""


def note(
    subject: Any,
    happening: Happening,
    *,
    by: AbstractBaseUser | None,
    at: datetime,
    channel: str = Channel.WEB,
    actor_name: str = "",
) -> JournalEntry:
    """Append one entry about a tenant row (anything with supplier_id and company_id)."""
    return JournalEntry.objects.create(**_fields(subject, happening, by, at, channel, actor_name))


def note_many(
    happenings: Iterable[tuple[Any, Happening]],
    *,
    at: datetime,
    channel: str,
    by: AbstractBaseUser | None = None,
    actor_name: str = "",
) -> None:
    """Append many entries at once: of one person, or of none of our users (a feed from Odoo)."""
    JournalEntry.objects.bulk_create(
        JournalEntry(**_fields(subject, happening, by, at, channel, actor_name))
        for subject, happening in happenings
    )


def _fields(
    subject: models.Model, what: Happening, by: Any, at: datetime, channel: str, actor_name: str
) -> dict[str, Any]:
    return {
        "supplier_id": subject.supplier_id,  # type: ignore[attr-defined]
        "company_id": subject.company_id,  # type: ignore[attr-defined]
        "at": at,
        "actor": by,
        "actor_name": actor_name or str(by or "Quayside"),
        "channel": channel,
        "subject_type": subject._meta.model_name,
        "subject_id": subject.pk,
        "verb": what.verb,
        "sentence": what.sentence,
        "changes": list(what.changes),
        "reason": what.reason,
        "correlation_id": current_correlation_id(),
    }
