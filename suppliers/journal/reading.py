"""Reading the journal: the timeline of one thing, newest first, a page at a time."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet

from suppliers.journal.models import RECORD_KEPT, JournalEntry
from suppliers.prepared import Question, prepared
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
    place = () if before is None else (before,)
    return _page(_entries(viewer, subject._meta.model_name, subject.pk, *place, most=size + 1), size)


def timeline_question(subject: Any, *, viewer: Viewer, size: int) -> Question[Timeline]:
    """Ask for the first page of a timeline."""
    found = _entries.question(viewer, subject._meta.model_name, subject.pk, most=size + 1)
    return found.then(partial(_page, size=size))


def _page(rows: list[JournalEntry], size: int) -> Timeline:
    return Timeline(rows[:size], rows[size - 1].pk if len(rows) > size else None)


@prepared
def _entries(
    viewer: Viewer, subject_type: str, subject_id: int, *before: int, most: int
) -> QuerySet[JournalEntry]:
    entries = JournalEntry.objects.visible_to(viewer).filter(subject_type=subject_type, subject_id=subject_id)
    entries = entries.exclude(verb=RECORD_KEPT)
    if before:
        entries = entries.filter(pk__lt=before[0])
    return entries.order_by("-pk")[:most]
