"""Runs the alert rules each minute."""

from celery import shared_task
from django.utils import timezone

from suppliers.alerts import engine


@shared_task(name="suppliers.alerts.run_rules")
def run_rules() -> None:
    """Raise what is new and clear what is over."""
    engine.run_rules(now=timezone.now())
