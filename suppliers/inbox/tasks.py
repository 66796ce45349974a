"""Looks every few minutes whose digest is due."""

from celery import shared_task
from django.utils import timezone

from suppliers.inbox.digests import send_digests


@shared_task(name="suppliers.inbox.send_digests")
def send() -> None:
    """Write the digests whose time has come."""
    send_digests(now=timezone.now())
