"""Sending a job that was looked at, dropping one, and forgetting old ones."""

from datetime import datetime, timedelta
from functools import partial

from celery import current_app
from django.db import transaction

from integrations.correlation import current_correlation_id
from orders.bulk.lifecycle import Forecast, JobState, OrderWork
from orders.bulk.models import Job, JobLine
from suppliers.people.models import User
from suppliers.refusal import IllegalMove

_MOST_WORKERS = 4
_ORDERS_PER_WORKER = 50
WORK_OFF = "orders.bulk.work_off"
PREVIEW_LASTS = timedelta(days=1)
JOB_LASTS = timedelta(days=90)


@transaction.atomic
def send_job(job: Job, *, by: User, at: datetime) -> bool:
    """Have a job worked off. Returns False when it was sent before: a double click is one job.

    Raises IllegalMove when it is somebody else's, or when nothing of it can be sent.
    """
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.by_id != by.pk:
        raise IllegalMove("Whoever had this drawn up sends it; draw up your own from the list of lines.")
    if job.state != JobState.PREVIEW:
        return False
    sent = JobLine.objects.filter(job=job, forecast__in=Forecast.sent())
    if not sent.exists():
        raise IllegalMove("Nothing of this can be sent; the table says why.")
    job.orders.exclude(pk__in=sent.order_by().values("job_order_id")).update(work=OrderWork.DONE)
    job.state = JobState.WORKING
    job.started_at = job.progress_at = at
    job.correlation_id = current_correlation_id()
    job.save(update_fields=["state", "started_at", "progress_at", "correlation_id"])
    # Without a broker the sweep finds it. A long job is worth several workers, where there are.
    wake = partial(current_app.send_task, WORK_OFF, kwargs={"job_id": job.pk}, retry=False)
    for _ in range(min(_MOST_WORKERS, 1 + job.order_count // _ORDERS_PER_WORKER)):
        transaction.on_commit(wake, robust=True)
    return True


@transaction.atomic
def drop_job(job: Job, *, by: User) -> None:
    """Forget a job that was not sent. Raises IllegalMove when it was, or is somebody else's."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.by_id != by.pk or job.state != JobState.PREVIEW:
        raise IllegalMove("Only what you drew up yourself and did not send can be dropped.")
    job.delete()


def forget_old_jobs(*, now: datetime) -> int:
    """Delete previews nobody sent and jobs long done; the answers themselves stay. Returns how many."""
    previews = Job.objects.filter(state=JobState.PREVIEW, drawn_up_at__lt=now - PREVIEW_LASTS)
    done = Job.objects.filter(state=JobState.DONE, finished_at__lt=now - JOB_LASTS)
    count = previews.count() + done.count()
    previews.delete()
    done.delete()
    return count
