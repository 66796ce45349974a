"""Purchase orders and their lines as Odoo holds them, and their revisions."""

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django_fsm import RETURN_VALUE, FSMField, transition

from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary
from orders.purchasing.models.fields import amount_field, price_field, quantity_field
from orders.purchasing.querysets import LineQuerySet, OrderQuerySet
from suppliers.tenancy import TenantQuerySet, TenantRow


class PurchaseOrder(TenantRow):
    """The mirror of a purchase order in Odoo. Only the feed writes the mirrored fields."""

    odoo_id = models.PositiveIntegerField()
    number = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=OrderState.choices)
    ordered_at = models.DateTimeField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    amount_untaxed = amount_field(default=Decimal(0))
    amount_tax = amount_field(default=Decimal(0))
    amount_total = amount_field(default=Decimal(0))
    buyer_odoo_id = models.PositiveIntegerField(null=True, blank=True)
    buyer_name = models.CharField(max_length=200, blank=True)
    notes = models.TextField(blank=True)
    payment_terms = models.CharField(max_length=200, blank=True)
    incoterm = models.CharField(max_length=100, blank=True)
    acknowledged_in_odoo = models.BooleanField(default=False)
    written_at = models.DateTimeField(help_text="Odoo's write_date.")
    content_hash = models.CharField(max_length=64)

    revision = models.PositiveIntegerField(default=1)
    rounds = models.PositiveIntegerField(default=0, help_text="Answers and decisions so far.")
    # Counted up by everything that anybody says or decides: what the record of an order is ordered by, since
    # two clocks may disagree.
    steps = models.PositiveIntegerField(default=0, db_default=0)
    summary = models.CharField(
        max_length=20, choices=OrderSummary.choices, default=OrderSummary.WAITING_FOR_SUPPLIER
    )
    supplier_reference = models.CharField("your order number", max_length=64, blank=True)
    needed_on = models.DateField(null=True, blank=True, help_text="The earliest date of an open line.")
    first_seen_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text="When the portal last learnt or did something here.")

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("company", "odoo_id", name="one_mirror_per_odoo_order"),
            models.CheckConstraint(name="known_order_state", condition=Q(state__in=OrderState.values)),
            models.CheckConstraint(name="known_order_summary", condition=Q(summary__in=OrderSummary.values)),
        ]
        indexes = [
            models.Index(fields=["supplier", "number"], name="order_number_of_supplier"),
            models.Index(fields=["company", "number"], name="order_number_of_company"),
            models.Index(fields=["supplier", "summary", "needed_on", "id"], name="order_worklist_supplier"),
            models.Index(fields=["company", "summary", "needed_on", "id"], name="order_worklist_company"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def document(self) -> str:
        """The outbox's name for this order: its messages are delivered in order."""
        return f"purchase_order:{self.pk}"

    @property
    def is_open(self) -> bool:
        """Whether the supplier may still answer."""
        return self.state in OrderState.open()


class PurchaseOrderLine(TenantRow):
    """A line of a purchase order: what Odoo holds now, what was asked for, and what was promised.

    Four dates never collapse into one, all of them dates in the buyer company's ship-to zone:
    requested (the buyer's), first promise, current promise, and what Odoo expects now.
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="lines")
    odoo_id = models.PositiveIntegerField()
    sequence = models.IntegerField(default=10)
    product_code = models.CharField(max_length=64, blank=True)
    product_odoo_id = models.PositiveIntegerField(null=True, blank=True)
    description = models.TextField()
    unit = models.CharField(max_length=60)
    discount = models.DecimalField(max_digits=7, decimal_places=4, default=Decimal(0), help_text="Percent.")
    # As in Odoo now.
    quantity = quantity_field()
    unit_price = price_field()
    subtotal = amount_field()
    expected_on = models.DateField(null=True, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True, help_text="Odoo's date_planned to the second.")
    received = quantity_field(default=Decimal(0))
    invoiced = quantity_field(default=Decimal(0))
    requested_on = models.DateField(null=True, blank=True, help_text="The buyer's own date, from Odoo.")
    # What the supplier is asked to confirm: the buyer's values, a counter-proposal, or what stands agreed.
    asked_quantity = quantity_field()
    asked_price = price_field()
    asked_on = models.DateField(null=True, blank=True)
    # As the supplier promised.
    first_promised_on = models.DateField(null=True, blank=True)
    promised_on = models.DateField(null=True, blank=True)
    # The buyer's own last word, where the agreed position has moved away from it by itself, within a
    # tolerance: what may still pass is measured from here, so that small steps do not add up to a large one.
    # None: the position above is the buyer's own.
    buyer_quantity = quantity_field(null=True, blank=True)
    buyer_price = price_field(null=True, blank=True)
    buyer_on = models.DateField(null=True, blank=True)
    # Where the line stands in Odoo's product categories: "/1/4/" from the root; policies may name one.
    category_path = models.CharField(max_length=200, blank=True, default="", db_default="")
    # The promised date for which the supplier was asked to confirm again.
    asked_again_for = models.DateField(null=True, blank=True)
    # Another product or unit that both sides agreed on and that a person must put into Odoo: see Awaited.
    awaited_change = models.JSONField(null=True, blank=True)
    state = FSMField(default=LineState.ASKED, choices=LineState.choices, protected=True)
    # The revision that last asked for an answer to this line: answers to older ones are refused.
    asked_in_revision = models.PositiveIntegerField(default=1)

    objects = LineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("order", "odoo_id", name="one_mirror_per_odoo_line"),
            models.CheckConstraint(name="known_line_state", condition=Q(state__in=LineState.values)),
        ]
        indexes = [
            models.Index(fields=["order", "sequence", "id"], name="line_of_order"),
            models.Index(fields=["supplier", "expected_on", "id"], name="line_list_supplier"),
            models.Index(fields=["company", "expected_on", "id"], name="line_list_company"),
            models.Index(fields=["expected_on", "id"], name="line_list"),
            models.Index(fields=["product_odoo_id"], name="line_of_product"),
            models.Index(
                fields=["supplier", "expected_on", "id"],
                condition=Q(awaited_change__isnull=False),
                name="line_awaited_supplier",
            ),
            models.Index(
                fields=["company", "expected_on", "id"],
                condition=Q(awaited_change__isnull=False),
                name="line_awaited_company",
            ),
            models.Index(fields=["supplier", "state", "expected_on", "id"], name="line_state_supplier"),
            models.Index(fields=["company", "state", "expected_on", "id"], name="line_state_company"),
        ]

    def __str__(self) -> str:
        return f"{self.product_code or self.description} × {self.quantity.normalize():f} {self.unit}"

    @transition(
        field=state,
        source=LineState.answerable(),
        target=LineState.PROPOSED,
    )
    def propose(self) -> None:
        """The supplier deviates from what was asked or agreed: the buyer must decide."""

    @transition(
        field=state,
        source=[*LineState.answerable(), LineState.PROPOSED],
        target=LineState.AGREED,
    )
    def agree(self) -> None:
        """Both sides hold the same values."""

    @transition(field=state, source=LineState.PROPOSED, target=LineState.REFUSED)
    def refuse(self) -> None:
        """The buyer takes note that nothing of this line will come."""

    @transition(field=state, source=LineState.PROPOSED, target=LineState.COUNTERED)
    def counter(self) -> None:
        """The buyer proposes other values: the supplier must answer."""

    @transition(field=state, source=LineState.PROPOSED, target=LineState.ASKED)
    def decline(self) -> None:
        """The buyer insists on what was ordered: the supplier must answer again."""

    @transition(
        field=state,
        source=LineState.PROPOSED,
        target=RETURN_VALUE(*(one.value for one in LineState.answerable())),
    )
    def take_back(self, before: LineState) -> str:
        """The supplier withdraws an undecided proposal: the line waits for what it waited for before."""
        return before.value

    @transition(field=state, source=LineState.AGREED, target=LineState.DUE)
    def come_due(self) -> None:
        """The delivery comes near: the supplier is asked to confirm again what was agreed."""

    @transition(field=state, source="*", target=LineState.ASKED)
    def ask_again(self) -> None:
        """The buyer changed the line in Odoo, or the order came back: an answer is needed."""

    @transition(field=state, source="*", target=LineState.CANCELLED)
    def cancel(self) -> None:
        """The line, or its order, is cancelled in Odoo."""


class OrderRevision(TenantRow):
    """What an order said from one change in Odoo to the next, and what that change was."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(help_text="When the portal learnt of it.")
    snapshot = models.JSONField()
    # [{"line": odoo id or null, "label": "line 3 · FST-1", "field": "quantity", "old": "10", "new": "12"}]
    changes = models.JSONField(default=list)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("order", "number", name="one_revision_per_number")]

    def __str__(self) -> str:
        return f"{self.order} revision {self.number}"
