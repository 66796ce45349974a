"""Fills a portal that has its people with orders that wait for the seller."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from portal.bench.cast import SELLER
from suppliers.people.models import BuyerCompany, User

_FIRST = 10_000_000


class Command(BaseCommand):
    """For `make bench`: what waited before no longer does, so that the list holds these lines alone."""

    help = "Fill with orders that wait for the seller."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much waits."""
        parser.add_argument("--orders", type=int, required=True)
        parser.add_argument("--lines", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the orders and their lines."""
        seller = User.objects.get(email=SELLER)
        (supplier,) = seller.supplier_ids
        company = BuyerCompany.objects.order_by("pk")[0]
        PurchaseOrderLine.objects.filter(supplier=supplier, state="ASKED").update(state="AGREED")
        tenant = {"supplier_id": supplier, "company_id": company.pk}
        now = timezone.now()
        day = now.date() + timedelta(days=30)
        orders = PurchaseOrder.objects.bulk_create(
            PurchaseOrder(
                **tenant,
                odoo_id=_FIRST + number,
                number=f"W{number:06}",
                state="ORDERED",
                ordered_at=now,
                currency="EUR",
                written_at=now,
                content_hash=str(number),
                needed_on=day,
                first_seen_at=now,
                changed_at=now,
            )
            for number in range(options["orders"])
        )
        PurchaseOrderLine.objects.bulk_create(
            (
                PurchaseOrderLine(
                    **tenant,
                    order=order,
                    odoo_id=order.odoo_id * 100 + number,
                    sequence=number * 10,
                    product_code=f"FST-{number}",
                    description="Hex bolt DIN 933 M12 × 60, zinc plated, grade 8.8",
                    unit="Units",
                    quantity=Decimal(10),
                    unit_price=Decimal("4.5"),
                    subtotal=Decimal(45),
                    expected_on=day,
                    requested_on=day,
                    asked_quantity=Decimal(10),
                    asked_price=Decimal("4.5"),
                    asked_on=day,
                )
                for order in orders
                for number in range(options["lines"])
            ),
            batch_size=2000,
        )
