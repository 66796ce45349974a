"""``manage.py verify_records``: hold the records of orders against the journal's hashes and the rows."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.documents.records import Record, every_record
from orders.purchasing.models import PurchaseOrder

_AT_ONCE = 200


class Command(BaseCommand):
    """Computes every record's hash anew; says what differs, and ends with 1 when anything does."""

    help = "Verify the records of what was agreed about orders: all of them, or those of some orders."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name orders by their numbers; without any, all are verified."""
        parser.add_argument("number", nargs="*", help="The number of an order, such as P00042.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, and say how it went."""
        orders = PurchaseOrder.objects.all()
        if options["number"]:
            orders = orders.filter(number__in=options["number"])
            if not orders.exists():
                raise CommandError("There is no such order.")
        checked = broken = 0
        for ids in _batches(list(orders.order_by("pk").values_list("pk", flat=True))):
            for record in every_record(ids):
                checked += 1
                if not record.is_intact:
                    broken += 1
                    self._say(record)
        self.stdout.write(f"{checked} records verified, {broken} not as they were kept.")
        if broken:
            sys.exit(1)

    def _say(self, record: Record) -> None:
        self.stdout.write(f"Order {record.order.number}, record {record.number}, SHA-256 {record.sha256}:")
        if not record.is_journal_sound:
            self.stdout.write("  The journal's entries do not come to the hash that they name.")
        for one in record.differences:
            self.stdout.write(f"  {one.piece}, {one.field}: recorded {one.recorded}, found {one.found}")


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
