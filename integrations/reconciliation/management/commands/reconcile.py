"""``manage.py reconcile``: compare what the portal holds with what Odoo says, and put it right if asked."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.correlation import new_correlation_id, under
from integrations.odoo.models import OdooConnection
from integrations.priority import yielding
from integrations.reconciliation import engine, repairs
from integrations.reconciliation.models import Difference, ReconciliationRun

_SHOWN = 50


class Command(BaseCommand):
    """Compares company by company; exits with 1 when differences are left, or one could not be compared."""

    help = "Compare orders with Odoo: missing, gone, older or different; --repair puts right what it may."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a connection, and what to do with what is found."""
        parser.add_argument("connection", nargs="?", help="the connection's name (default: all active ones)")
        parser.add_argument(
            "--repair", action="store_true", help="repair every difference in its allowed direction"
        )
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    @yielding()
    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, repair, print."""
        with under(new_correlation_id()):
            runs = [self._run(company_id) for company_id in self._companies(options["connection"])]
            if options["repair"]:
                for run in runs:
                    self._repair(run)
        reports = [report_of(run) for run in runs]
        if options["json"]:
            self.stdout.write(json.dumps(reports, indent=1, default=str))
        else:
            for report in reports:
                self._print(report)
        if any(report["fault"] or report["left"] for report in reports):
            raise CommandError("The two sides are not in step everywhere.", returncode=1)

    def _companies(self, name: str | None) -> list[int]:
        connections = OdooConnection.objects.filter(is_active=True, **({"name": name} if name else {}))
        if name and not connections:
            raise CommandError(f"No active connection is named {name}.")
        return engine.companies_of(connections.order_by("name"))

    def _run(self, company_id: int) -> ReconciliationRun:
        now = timezone.now()
        run, is_new = engine.open_run(company_id, now=now)
        if not is_new:
            raise CommandError(f"{run.company} is being compared already, since {run.started_at:%H:%M} UTC.")
        return engine.carry_out(run.pk, now=now)

    def _repair(self, run: ReconciliationRun) -> None:
        now = timezone.now()
        if repairs.ask_for_repair(Difference.objects.filter(run=run), by_id=None, at=now):
            repairs.carry_out_repairs(run.pk, now=now)

    def _print(self, report: dict[str, Any]) -> None:
        self.stdout.write(
            f"{report['company']}: {_count(report['documents'], 'order')} with"
            f" {_count(report['records'], 'line')} compared;"
            f" {report['missing']} missing, {report['extra']} gone in Odoo, {report['stale']} older here,"
            f" {report['different']} different"
        )
        for sentence in filter(None, (report["fault"], report["warning"])):
            self.stdout.write(f"  mind: {sentence}")
        for row in report["differences"][:_SHOWN]:
            what = f"{row['label']}, {row['field']}" if row["field"] else row["label"]
            ends = f"here “{row['here']}”, in Odoo “{row['there']}”"
            self.stdout.write(f"  {row['kind'].lower():<10} {what}: {ends}; {row['state'].lower()}")
        if len(report["differences"]) > _SHOWN:
            self.stdout.write(f"  … and {len(report['differences']) - _SHOWN:,} more; --json has them all")


def report_of(run: ReconciliationRun) -> dict[str, Any]:
    """Return a finished run and its differences as plain values; ``left`` counts what is not repaired."""
    columns = (
        "kind", "entity", "field", "label", "here", "there", "direction", "first_seen_at", "state", "outcome",
    )  # fmt: skip
    differences = list(Difference.objects.filter(run=run).order_by("pk").values(*columns))
    return {
        "company": str(run.company),
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "documents": run.documents,
        "records": run.records,
        "missing": run.missing,
        "extra": run.extra,
        "stale": run.stale,
        "different": run.different,
        "fault": run.fault,
        "warning": run.warning,
        "left": sum(row["state"] != "REPAIRED" for row in differences),
        "differences": differences,
    }


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}" + ("" if number == 1 else "s")
