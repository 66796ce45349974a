"""A report as a file."""

import csv
import io
from collections.abc import Iterable

from integrations.reconciliation.models import Difference, ReconciliationRun
from suppliers.formats import inert

COLUMNS = [
    "company", "class", "entity", "field", "what", "here", "in_odoo", "first_seen_at", "repair", "state",
    "outcome",
]  # fmt: skip


def csv_of(run: ReconciliationRun, differences: Iterable[Difference]) -> str:
    """Return differences as CSV: times in UTC, and no cell that a spreadsheet would run."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in differences:
        writer.writerow(
            [
                inert(str(run.company)),
                row.get_kind_display(),
                row.entity,
                row.field,
                inert(row.label),
                inert(row.here),
                inert(row.there),
                row.first_seen_at.isoformat(timespec="seconds"),
                row.get_direction_display(),
                row.get_state_display(),
                inert(row.outcome),
            ]
        )
    return file.getvalue()
