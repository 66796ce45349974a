"""Celery's way in: a nudge names a document, the beat sweeps; the rows decide what is done."""

from celery import shared_task
from django.utils import timezone

from integrations.outbox import engine
from integrations.outbox.nudge import DELIVER


@shared_task(name=DELIVER)
def deliver_document(*, document: str) -> None:
    """Deliver what is due of one document."""
    engine.deliver_document(document, now=timezone.now())


@shared_task(name="integrations.outbox.sweep")
def sweep() -> None:
    """Wake workers for what is due and was not woken."""
    engine.sweep(now=timezone.now())
