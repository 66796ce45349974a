"""Periodic work on threads: each task makes one call."""

from celery import shared_task
from django.utils import timezone

from suppliers.threads.actions.tell import tell_what_is_due


@shared_task(name="suppliers.threads.tell")
def tell() -> None:
    """Write the mails about messages that nobody was told of yet."""
    tell_what_is_due(now=timezone.now())
