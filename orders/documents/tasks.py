"""Background work on documents."""

from celery import shared_task
from django.utils import timezone

from orders.documents import actions


@shared_task(name=actions.MAKE)
def make_zip(*, pk: int) -> None:
    """Make one ZIP."""
    actions.make_zip(pk, at=timezone.now())


@shared_task(name="orders.documents.sweep")
def sweep() -> None:
    """Wake a worker for what has none, and forget what is old."""
    now = timezone.now()
    actions.forget_old_zips(now=now)
    for pk in actions.zips_without_worker(now=now):
        make_zip.delay(pk=pk)
