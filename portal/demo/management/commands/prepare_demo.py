"""Brings the demo's database up to date and seeds it, in one process to be quick."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Idempotent: run at each start of the demo."""

    help = "Migrate and seed the demo."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whether to seed."""
        parser.add_argument("--empty", action="store_true", help="leave the portal without any data")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then seed."""
        call_command("migrate", interactive=False, verbosity=1)
        if not options["empty"]:
            call_command("seed_demo")
