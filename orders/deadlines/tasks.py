"""Looks after the clocks once a minute; a missed minute, or night, is made up for by the next."""

from celery import shared_task
from django.utils import timezone

from orders.deadlines.actions import start_clocks, stop_clocks, take_steps


@shared_task(name="orders.deadlines.keep")
def keep() -> None:
    """Stop the clocks of what was answered, start those of what was asked, remind of what is due."""
    now = timezone.now()
    stop_clocks(now=now)
    start_clocks(now=now)
    take_steps(now=now)
