"""Compares the bench's one company with its Odoo."""

import json
import resource
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from integrations.reconciliation import engine
from suppliers.people.models import BuyerCompany


class Command(BaseCommand):
    """For `make bench`: prints how long it took, what was compared, and how much memory it took."""

    help = "Compare every order with the sandbox and time it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and time it."""
        company = BuyerCompany.objects.order_by("pk")[0]
        run, _ = engine.open_run(company.pk, now=timezone.now())
        before, began = _peak(), time.perf_counter()
        run = engine.carry_out(run.pk, now=timezone.now())
        found = {
            "seconds": time.perf_counter() - began,
            "documents": run.documents,
            "records": run.records,
            "differences": run.differences_found,
            "fault": run.fault,
            "megabytes": _peak() - before,
        }
        self.stdout.write(json.dumps(found))


def _peak() -> float:
    """Return the most memory this process ever held, in MB (Linux counts in KB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
