"""Reading the journal: the timeline of one thing, newest first, a page at a time."""

from dataclasses import dataclass
from typing import Any

from suppliers.journal.models import JournalEntry
from suppliers.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of a timeline; ``older`` is the key of the page behind it, None on the last."""

    entries: list[JournalEntry]
    older: int | None


def timeline(subject: Any, *, viewer: Viewer, before: int | None = None, size: int = 50) -> Timeline:
    """Return what happened to *subject* as far as the viewer may see it.

    ``before`` is the key of the page wanted, as given by the page before it: a page far back costs what the
    first one does. Entries are in the order in which they were written, which the clock may not be.
    """
    entries = JournalEntry.objects.visible_to(viewer).filter(
        subject_type=subject._meta.model_name, subject_id=subject.pk
    )
    if before is not None:
        entries = entries.filter(pk__lt=before)
    rows = list(entries.order_by("-pk")[: size + 1])
    return Timeline(rows[:size], rows[size - 1].pk if len(rows) > size else None)
