"""Background work on jobs: each order is one call, and a long job makes room for others in between."""

from celery import shared_task
from django.utils import timezone

from integrations.correlation import new_correlation_id, under
from orders.bulk.actions import TURNS, WORK_OFF, forget_old_jobs
from orders.bulk.models import Job


@shared_task(name=WORK_OFF)
def work_off(*, job_id: int) -> None:
    """Answer orders of a job until none is left or its time is up."""
    found = Job.objects.filter(pk=job_id).values_list("correlation_id", flat=True).first()
    with under(found or new_correlation_id()):
        if TURNS.for_a_while(job_id, clock=timezone.now):
            work_off.delay(job_id=job_id)


@shared_task(name="orders.bulk.sweep")
def sweep() -> None:
    """Wake a worker for each job that has none."""
    for job_id in TURNS.unfinished(now=timezone.now()):
        work_off.delay(job_id=job_id)


@shared_task(name="orders.bulk.forget_old")
def forget_old() -> None:
    """Forget previews nobody sent, and jobs long done."""
    forget_old_jobs(now=timezone.now())
