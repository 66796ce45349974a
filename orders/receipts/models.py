"""The mirror of Odoo's receipts; only the feed writes it."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine, quantity_field
from orders.receipts.lifecycle import ReceiptState
from suppliers.tenancy import TenantQuerySet, TenantRow


class Receipt(TenantRow):
    """What one transfer in Odoo brings (or takes back) of one order.

    A transfer that serves several orders has one row for each of them.
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="receipts")
    odoo_id = models.PositiveIntegerField()
    number = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ReceiptState.choices)
    is_return = models.BooleanField(default=False)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    content_hash = models.CharField(max_length=64)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("order", "odoo_id", name="one_mirror_per_odoo_receipt"),
            models.CheckConstraint(name="known_receipt_state", condition=Q(state__in=ReceiptState.values)),
        ]
        indexes = [models.Index(fields=["company", "odoo_id"], name="receipt_of_company")]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(TenantRow):
    """How much of an order line a receipt expects, and how much of it came."""

    receipt = models.ForeignKey(Receipt, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="receipt_lines")
    odoo_id = models.PositiveIntegerField(help_text="Of the stock move.")
    expected = quantity_field()
    received = quantity_field(default=Decimal(0))
    unit = models.CharField(max_length=60, help_text="The warehouse's; the order line may have another.")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("receipt", "odoo_id", name="one_mirror_per_odoo_move")]

    def __str__(self) -> str:
        return f"{self.received.normalize():f} of {self.expected.normalize():f} {self.unit}"
