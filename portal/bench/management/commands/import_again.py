"""Asks the bulk worker to read every order once more, as the button on the health page does."""

from typing import Any

from django.core.management.base import BaseCommand

from integrations.odoo.models import OdooConnection
from orders.purchasing.tasks import import_orders


class Command(BaseCommand):
    """For `make bench`: returns at once; the import runs in the worker."""

    help = "Read all orders again."

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for it."""
        import_orders.delay(connection_id=OdooConnection.objects.get().pk)
