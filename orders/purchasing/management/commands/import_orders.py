"""``manage.py import_orders``: read every order of an Odoo for the first time, with a progress bar."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.errors import DeliveryError
from integrations.odoo import feed
from integrations.odoo.models import ImportRun, OdooConnection
from integrations.odoo.records import OrderRecord
from integrations.priority import yielding
from orders.purchasing.odoo_pull import apply_orders

_WIDTH = 40


class Command(BaseCommand):
    """Reads all orders of one connection; an interrupted import goes on where it stopped."""

    help = "Read every purchase order of an Odoo connection for the first time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the connection; with only one there is no need to."""
        parser.add_argument("connection", nargs="?", help="The connection's name.")

    @yielding()
    def handle(self, *args: Any, **options: Any) -> None:
        """Import and say how far it is."""
        connection = self._connection(options["connection"])
        now = timezone.now()

        def apply(records: list[OrderRecord]) -> int:
            changed = apply_orders(connection, records, now=now, first_import=True)
            self._show(connection)
            return changed

        try:
            feed.import_all(connection, apply=apply, now=now)
        except DeliveryError as error:
            raise CommandError(f"{error.sentence}\nRun it again: it goes on where it stopped.") from error
        self._show(connection)
        self.stdout.write("")

    def _connection(self, name: str | None) -> OdooConnection:
        found = OdooConnection.objects.filter(is_active=True, **({"name": name} if name else {}))
        if len(found) != 1:
            names = ", ".join(OdooConnection.objects.values_list("name", flat=True)) or "none yet"
            raise CommandError(f"Name one active connection. There are: {names}.")
        return found[0]

    def _show(self, connection: OdooConnection) -> None:
        run = ImportRun.objects.filter(connection=connection).latest("pk")
        done = min(run.done, run.total)
        filled = _WIDTH * done // run.total if run.total else _WIDTH
        self.stdout.write(f"\r[{'█' * filled:<{_WIDTH}}] {done:,} of {run.total:,} orders", ending="")
        sys.stdout.flush()
