"""Repairing differences: asked for in a request, carried out by a worker, looked at again afterwards."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from integrations.errors import DeliveryError
from integrations.reconciliation.comparison import Look, RepairOrder, comparisons
from integrations.reconciliation.engine import look_at
from integrations.reconciliation.models import Difference, Direction, ReconciliationRun, State
from integrations.transactions import refuse_in_transaction

# Documents that are repaired in one go.
_STEP = 100
# What was queued so long ago has lost its worker and may be asked for again.
_PATIENCE = timedelta(minutes=15)


def repairable(differences: QuerySet[Difference], *, at: datetime) -> QuerySet[Difference]:
    """Keep those whose repair can be asked for now."""
    lost = Q(state=State.QUEUED, asked_at__lt=at - _PATIENCE)
    return differences.filter(Q(state__in=[State.OPEN, State.FAILED]) | lost).exclude(
        direction=Direction.NONE
    )


def ask_for_repair(differences: QuerySet[Difference], *, by_id: int | None, at: datetime) -> int:
    """Queue the repair of those differences that can be repaired; return how many were queued.

    Asking twice is asking once: what is queued already, or repaired, is left alone.
    """
    return repairable(differences, at=at).update(
        state=State.QUEUED, asked_by_id=by_id, asked_at=at, outcome=""
    )


def carry_out_repairs(run_id: int, *, now: datetime) -> int:
    """Repair what is queued of a run; return how many differences are repaired now.

    Every step may run again: pulling reads what is there, pushing has one key per run and document. Raises
    RuntimeError inside a transaction.
    """
    refuse_in_transaction()
    run = ReconciliationRun.objects.select_related("company__connection").get(pk=run_id)
    repaired = 0
    for (name, direction), rows in _queued(run).items():
        for step in _steps(rows):
            repaired += _repair(run, name, Direction(direction), step, now)
    return repaired


def _queued(run: ReconciliationRun) -> dict[tuple[str, str], list[Difference]]:
    found: dict[tuple[str, str], list[Difference]] = defaultdict(list)
    rows = Difference.objects.filter(run=run, state=State.QUEUED).select_related("asked_by")
    # What Odoo owns comes first: what is sent afterwards is then held against what Odoo has.
    for row in rows.order_by("direction", "document_odoo_id", "pk"):
        found[row.comparison, row.direction].append(row)
    return found


def _steps(rows: Sequence[Difference]) -> Iterable[list[Difference]]:
    """Part rows into steps of whole documents, each asked for by one person."""
    step: list[Difference] = []
    documents: set[int] = set()
    for row in sorted(rows, key=lambda row: (row.asked_by_id or 0, row.document_odoo_id)):
        full = len(documents) == _STEP and row.document_odoo_id not in documents
        if step and (full or row.asked_by_id != step[-1].asked_by_id):
            yield step
            step, documents = [], set()
        step.append(row)
        documents.add(row.document_odoo_id)
    if step:
        yield step


def _repair(
    run: ReconciliationRun, name: str, direction: Direction, rows: list[Difference], now: datetime
) -> int:
    documents = sorted({row.document_odoo_id for row in rows})
    by = rows[0].asked_by
    order = RepairOrder(
        key=f"comparison-{run.pk}", by_id=by.pk if by else None, by_name=str(by or "Quayside"), at=now
    )
    comparison = comparisons()[name]
    try:
        look = look_at(run, now=now)
        if direction == Direction.PUSH:
            comparison.push(look, documents, order)
            return _settle(rows, State.REPAIRED, "On its way to Odoo.", now)
        comparison.pull(look, documents, order)
        return _settle_what_is_right(look, name, rows, now)
    except DeliveryError as error:
        _settle(rows, State.FAILED, error.sentence, now)
        return 0


def _settle_what_is_right(look: Look, name: str, rows: list[Difference], now: datetime) -> int:
    """Believe nothing: what a second look still finds is not repaired."""
    documents = {row.document_odoo_id for row in rows}
    left = {
        (found.entity, found.document_odoo_id, found.record_odoo_id, found.field)
        for found in comparisons()[name].look_again(look, documents)
    }
    _settle(
        [row for row in rows if row.key in left],
        State.FAILED,
        "It was read again, and the two sides still differ.",
        now,
    )
    return _settle([row for row in rows if row.key not in left], State.REPAIRED, "Read again from Odoo.", now)


def _settle(rows: list[Difference], state: State, outcome: str, now: datetime) -> int:
    mine = Difference.objects.filter(pk__in=[row.pk for row in rows], state=State.QUEUED)
    return mine.update(state=state, outcome=outcome, settled_at=now)
