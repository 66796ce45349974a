"""``manage.py keep_missing_records``: keep the records of orders that were answered before there were any."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from integrations.priority import yielding
from orders.purchasing.actions import keep_missing_records


class Command(BaseCommand):
    """Goes through all orders, a hundred at a time; interrupted, it goes on where it stopped."""

    help = "Keep the record of every order that was answered before records were kept."

    @yielding()
    def handle(self, *args: Any, **options: Any) -> None:
        """Keep them, and say how many."""
        total, (kept, last) = 0, keep_missing_records(after=0, at=timezone.now())
        while last:
            total += kept
            self.stdout.write(f"\r{total:,} records kept", ending="")
            self.stdout.flush()
            kept, last = keep_missing_records(after=last, at=timezone.now())
        self.stdout.write("\nEvery order that was answered has its record." if total else "None is missing.")
