"""Connects an empty portal to the sandbox and lets one seller answer for every vendor."""

import json
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from integrations.odoo.models import OdooConnection
from orders.purchasing.lifecycle import OrderSummary
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.tasks import import_orders
from portal.bench.cast import PASSWORD, SELLER
from portal.bench.named import named
from portal.demo.setting import connect, connect_sandbox
from suppliers.people.models import Membership, Role, Supplier, User

_WAITING = 1_000


class Command(BaseCommand):
    """For `make bench`: prints how long the first import took and which orders wait."""

    help = "Connect to the sandbox and import everything."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the sandbox is."""
        parser.add_argument("url")
        parser.add_argument("--real", action="store_true", help="the Odoo that the environment names")

    def handle(self, *args: Any, **options: Any) -> None:
        """Connect, import and time it, let the seller in."""
        connection = _connect_real(options["url"]) if options["real"] else connect_sandbox(options["url"])
        began = time.perf_counter()
        import_orders(connection_id=connection.pk)
        while not connection.imports.filter(finished_at__isnull=False).exists():
            # The worker's feed was quicker and reads now; only one may at a time.
            time.sleep(0.5)
            import_orders(connection_id=connection.pk)
        seconds = time.perf_counter() - began
        seller = User.objects.create_user(SELLER, PASSWORD, name="Sven Seller")
        Membership.objects.bulk_create(
            Membership(user=seller, supplier=supplier, role=Role.SALES) for supplier in Supplier.objects.all()
        )
        orders = PurchaseOrder.objects.order_by("pk").values_list("pk", "odoo_id")
        # Those that one click confirms: nothing of them is agreed, late or gone.
        waiting = orders.filter(summary=OrderSummary.WAITING_FOR_SUPPLIER, needed_on__gt=timezone.localdate())
        made = {"seconds": seconds, "orders": orders.count(), "waiting": list(waiting[:_WAITING])}
        self.stdout.write(json.dumps(made))


def _connect_real(url: str) -> OdooConnection:
    return connect("Real Odoo", url, database=named("DB"), login=named("LOGIN"), key=named("KEY"))
