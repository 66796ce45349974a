"""Background work of reconciliation: each task makes one call."""

from celery import shared_task
from django.utils import timezone

from integrations.correlation import new_correlation_id, under
from integrations.odoo.models import OdooConnection
from integrations.reconciliation import engine, repairs


@shared_task(name="integrations.reconciliation.compare_all")
def compare_all() -> None:
    """Start a comparison of every buyer company, and forget old reports; the beat asks every night."""
    now = timezone.now()
    engine.prune(now=now)
    for company_id in engine.companies_of(OdooConnection.objects.filter(is_active=True).order_by("pk")):
        run, _ = engine.open_run(company_id, now=now)
        compare_company.delay(run_id=run.pk)


@shared_task(name="integrations.reconciliation.compare_company")
def compare_company(*, run_id: int) -> None:
    """Compare one buyer company with its Odoo."""
    with under(new_correlation_id()):
        engine.carry_out(run_id, now=timezone.now())


@shared_task(name="integrations.reconciliation.repair")
def repair(*, run_id: int, correlation_id: str) -> None:
    """Repair what was asked for; the id is that of the click."""
    with under(correlation_id):
        repairs.carry_out_repairs(run_id, now=timezone.now())
