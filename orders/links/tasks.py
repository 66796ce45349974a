"""What is done about links by itself: old codes are forgotten."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from orders.links.actions import forget_codes

_KEPT = timedelta(days=7)


@shared_task(name="orders.links.forget_codes")
def forget_old_codes() -> int:
    """Delete codes that nobody can use or count any more; links themselves stay, as what was sent."""
    return forget_codes(before=timezone.now() - _KEPT)
