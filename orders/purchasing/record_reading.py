"""The rows of which records are made, and the records that the journal keeps, of any number of orders."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orders.purchasing.agreement_record import Pieces, with_news
from orders.purchasing.models import OrderRevision, PurchaseOrder, ScheduleLine
from suppliers.journal.models import RECORD_KEPT, JournalEntry
from suppliers.tenancy import Viewer

# What the first change of a record's entry is called; the others are its pieces.
HASH = "SHA-256"

Schedule = Mapping[int, Sequence[ScheduleLine]]
Revisions = Mapping[int, Sequence[OrderRevision]]
Kept = Mapping[int, Sequence[JournalEntry]]


def read_schedule(order_ids: Collection[int], *, viewer: Viewer | None = None) -> Schedule:
    """Return the schedule lines of orders, with all they belong to: one query. Without a viewer, all."""
    schedule: dict[int, list[ScheduleLine]] = defaultdict(list)
    rows = _seen(ScheduleLine.objects.all(), viewer).filter(line_answer__answer__order__in=order_ids)
    related = ("line_answer__answer__by", "line_answer__decided_by", "line_answer__line")
    order = ("line_answer__answer__round", "line_answer_id", "position")
    for row in rows.select_related(*related).order_by(*order):
        schedule[row.line_answer.answer.order_id].append(row)
    return schedule


def read_revisions(order_ids: Collection[int], *, viewer: Viewer | None = None) -> Revisions:
    """Return the revisions of orders, oldest first: one query."""
    revisions: dict[int, list[OrderRevision]] = defaultdict(list)
    for revision in _seen(OrderRevision.objects.all(), viewer).filter(order__in=order_ids).order_by("number"):
        revisions[revision.order_id].append(revision)
    return revisions


def read_kept(order_ids: Collection[int], *, viewer: Viewer | None = None) -> Kept:
    """Return the journal's records of orders, oldest first: one query."""
    kept: dict[int, list[JournalEntry]] = defaultdict(list)
    entries = _seen(JournalEntry.objects.all(), viewer).filter(
        subject_type=PurchaseOrder._meta.model_name, subject_id__in=list(order_ids), verb=RECORD_KEPT
    )
    for entry in entries.order_by("pk"):
        kept[entry.subject_id].append(entry)
    return kept


def pieces_in(entries: Sequence[JournalEntry]) -> Pieces:
    """Return a record as the journal tells it, entry by entry."""
    pieces: Pieces = {}
    for entry in entries:
        told = (change for change in entry.changes if change["what"] != HASH)
        pieces = with_news(
            pieces, {one["what"]: json.loads(one["new"]) if one["new"] else None for one in told}
        )
    return pieces


def hash_in(entry: JournalEntry) -> str:
    """Return the hash that was kept."""
    return next((change["new"] for change in entry.changes if change["what"] == HASH), "")


def hash_before(entry: JournalEntry) -> str:
    """Return the hash of the record before it, as it was kept with this one."""
    return next((change["old"] for change in entry.changes if change["what"] == HASH), "")


def _seen(rows: Any, viewer: Viewer | None) -> Any:
    return rows if viewer is None else rows.visible_to(viewer)
