"""Fills an empty database with a large distributor's orders."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.bench import cast, volume


class Command(BaseCommand):
    """For `make bench`: the database is thrown away afterwards."""

    help = "Fill an empty database with orders for measuring."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many orders."""
        parser.add_argument("--orders", type=int, default=cast.ORDERS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill it."""
        volume.fill(now=timezone.now(), orders=options["orders"])
