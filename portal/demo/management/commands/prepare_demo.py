"""Brings the demo's database and static files up to date and seeds it, in one process to be quick."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Idempotent: run at each start of the demo."""

    help = "Migrate, collect static files and seed the demo."

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the three in order."""
        call_command("migrate", interactive=False, verbosity=1)
        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("seed_demo")
