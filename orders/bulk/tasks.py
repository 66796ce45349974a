"""Background work on jobs: each order is one call, and a long job makes room for others in between."""

import time

from celery import shared_task
from django.utils import timezone

from integrations.correlation import new_correlation_id, under
from orders.bulk.actions import WORK_OFF, answer_next_order, forget_old_jobs, unfinished_jobs
from orders.bulk.models import Job

# After so long a job goes to the end of the queue: a short one must not wait for a long one.
_SLICE = 3.0


@shared_task(name=WORK_OFF)
def work_off(*, job_id: int) -> None:
    """Answer orders of a job until none is left or its time is up."""
    until = time.monotonic() + _SLICE
    found = Job.objects.filter(pk=job_id).values_list("correlation_id", flat=True).first()
    with under(found or new_correlation_id()):
        while answer_next_order(job_id, at=timezone.now()):
            if time.monotonic() > until:
                work_off.delay(job_id=job_id)
                return


@shared_task(name="orders.bulk.sweep")
def sweep() -> None:
    """Wake a worker for each job that has none."""
    for job_id in unfinished_jobs(now=timezone.now()):
        work_off.delay(job_id=job_id)


@shared_task(name="orders.bulk.forget_old")
def forget_old() -> None:
    """Forget previews nobody sent, and jobs long done."""
    forget_old_jobs(now=timezone.now())
