"""Fills the demo: the connection to the sandbox, both sides' people, and what they have been doing."""

from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Idempotent: what is there stays as it is."""

    help = "Seed the demo's connection, people and orders."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing."""
