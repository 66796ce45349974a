"""Background work on drafts."""

from celery import shared_task
from django.utils import timezone

from orders.grid.actions import forget_old_drafts


@shared_task(name="orders.grid.forget_old")
def forget_old() -> None:
    """Forget drafts nobody came back to."""
    forget_old_drafts(now=timezone.now())
