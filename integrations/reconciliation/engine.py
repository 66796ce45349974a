"""The engine of reconciliation: open a run, let every comparison look, keep what it finds."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from integrations.errors import DeliveryError, NeedsAttention
from integrations.odoo.connect import gateway_for
from integrations.odoo.cursors import OVERLAP
from integrations.odoo.models import ImportRun, OdooConnection
from integrations.reconciliation.comparison import Batch, Finding, Look, comparisons
from integrations.reconciliation.models import Difference, Direction, Kind, ReconciliationRun, State
from integrations.transactions import refuse_in_transaction

logger = logging.getLogger(__name__)

# A run moves with every page it reads; one that stood still for so long has lost its worker.
_DEAD_AFTER = timedelta(minutes=15)
_KEPT_FOR = timedelta(days=90)
# When so much seems to have been deleted, it is likelier that our user may no longer see it.
_MANY_GONE, _SHARE_GONE = 20, 0.05


def open_run(company_id: int, *, now: datetime, by_id: int | None = None) -> tuple[ReconciliationRun, bool]:
    """Return the open run of a company, and whether it is new: asking twice is asking once."""
    with transaction.atomic():
        running = ReconciliationRun.objects.filter(company_id=company_id, finished_at__isnull=True)
        running.filter(progress_at__lt=now - _DEAD_AFTER).update(
            finished_at=now, fault="It was interrupted: the worker that compared never came back."
        )
        return ReconciliationRun.objects.get_or_create(
            company_id=company_id,
            finished_at=None,
            defaults={"started_at": now, "progress_at": now, "asked_by_id": by_id},
        )


def carry_out(run_id: int, *, now: datetime, overlap: timedelta = OVERLAP) -> ReconciliationRun:
    """Compare one company with its Odoo and keep the report.

    A DeliveryError ends the run and is kept on it as its fault. Raises RuntimeError inside a transaction.
    """
    refuse_in_transaction()
    run = ReconciliationRun.objects.select_related("company__connection").get(pk=run_id)
    in_other_hands = run.documents > 0 and timezone.now() - run.progress_at < _DEAD_AFTER
    if run.is_finished or in_other_hands:
        # The broker hands a long task out twice.
        return run
    Difference.objects.filter(run=run).delete()  # of a worker that died half-way
    run.documents = run.records = 0
    try:
        _compare(run, now, overlap)
    except DeliveryError as error:
        run.fault = error.sentence
        logger.warning("%s of %s could not be finished: %s", run, run.company, error.sentence)
    except Exception as error:
        run.fault = f"The portal made a mistake here ({type(error).__name__}); nothing was changed."
        raise
    finally:
        run.finished_at = timezone.now()
        run.save()
    return run


def look_at(run: ReconciliationRun, *, now: datetime, overlap: timedelta = OVERLAP) -> Look:
    """Return what comparisons need to look at a run's company. Raises TryLater and NeedsAttention."""
    connection = run.company.connection
    return Look(
        connection,
        gateway_for(connection),
        run.company_id,
        run.company.odoo_company_id,
        now,
        overlap,
    )


def prune(*, now: datetime) -> int:
    """Forget reports that are older than 90 days; return how many rows went."""
    return ReconciliationRun.objects.filter(started_at__lt=now - _KEPT_FOR).delete()[0]


def _compare(run: ReconciliationRun, now: datetime, overlap: timedelta) -> None:
    look = look_at(run, now=now, overlap=overlap)
    _refuse_what_would_mislead(look.connection, look)
    run.total = look.gateway.count_orders([look.odoo_company_id])
    earlier = _run_before(run)
    found: Counter[str] = Counter()
    for name, comparison in comparisons().items():
        for batch in comparison.compare(look):
            _keep(run, name, batch, earlier, now)
            found.update(finding.kind for finding in batch.findings)
    run.missing, run.extra = found[Kind.MISSING], found[Kind.EXTRA]
    run.stale, run.different = found[Kind.STALE], found[Kind.DIFFERENT]
    _mind_many_gone(run)


def _refuse_what_would_mislead(connection: OdooConnection, look: Look) -> None:
    """Without these two looks, a report would call missing or gone what only cannot be seen yet."""
    if ImportRun.objects.filter(connection=connection, finished_at__isnull=True).exists():
        raise NeedsAttention(f"The first import of {connection.name} is not finished yet: compare after it.")
    seen = {company.odoo_id for company in look.gateway.identify().companies}
    if look.odoo_company_id not in seen:
        raise NeedsAttention(
            f"Our user in {connection.name} may not see this company in Odoo, so nothing can be compared."
        )


def _run_before(run: ReconciliationRun) -> ReconciliationRun | None:
    finished = ReconciliationRun.objects.filter(company=run.company_id, pk__lt=run.pk, fault="")
    return finished.filter(finished_at__isnull=False).order_by("-pk").first()


def _keep(
    run: ReconciliationRun, name: str, batch: Batch, earlier: ReconciliationRun | None, now: datetime
) -> None:
    since = _first_seen(batch.findings, earlier)
    Difference.objects.bulk_create(
        (_row(run, name, finding, since, now) for finding in batch.findings), batch_size=1000
    )
    run.documents, run.records = run.documents + batch.documents, run.records + batch.records
    # Orders placed meanwhile are compared too.
    run.total = max(run.total, run.documents)
    ReconciliationRun.objects.filter(pk=run.pk).update(
        documents=run.documents, records=run.records, total=run.total, progress_at=timezone.now()
    )


def _first_seen(
    findings: Sequence[Finding], earlier: ReconciliationRun | None
) -> dict[tuple[str, int, int, str], datetime]:
    """Return since when each difference has been there, if the comparison before this one saw it too."""
    if earlier is None or not findings:
        return {}
    rows = Difference.objects.filter(
        run=earlier, document_odoo_id__in={finding.document_odoo_id for finding in findings}
    ).exclude(state=State.REPAIRED)
    return {row.key: row.first_seen_at for row in rows}


def _row(
    run: ReconciliationRun, name: str, finding: Finding, since: dict[Any, datetime], now: datetime
) -> Difference:
    row = Difference(
        run=run,
        company_id=run.company_id,
        comparison=name,
        kind=finding.kind,
        entity=finding.entity,
        field=finding.field,
        document_id=finding.document_id,
        document_odoo_id=finding.document_odoo_id,
        record_odoo_id=finding.record_odoo_id,
        label=finding.label[:200],
        here=finding.here,
        there=finding.there,
        direction=finding.direction,
    )
    row.first_seen_at = since.get(row.key, now)
    return row


def _mind_many_gone(run: ReconciliationRun) -> None:
    """A rule in Odoo that hides orders looks like their deletion: then nothing is closed by a button."""
    gone = Difference.objects.filter(run=run, kind=Kind.EXTRA, record_odoo_id=0)
    count = gone.count()
    if count > max(_MANY_GONE, _SHARE_GONE * (run.documents + count)):
        gone.update(direction=Direction.NONE)
        run.warning = (
            f"{count} documents seem to be gone in Odoo at once. Look whether our user there may still see "
            "them; until then they are not closed here."
        )


def companies_of(connections: Iterable[OdooConnection]) -> list[int]:
    """Return the ids of the buyer companies of active connections, in a fixed order."""
    return [
        company.pk
        for connection in connections
        if connection.is_active
        for company in connection.companies.order_by("pk")
    ]
