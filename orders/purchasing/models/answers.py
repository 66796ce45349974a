"""The answers both sides give in rounds: what each says about each line, part by part."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orders.purchasing.lifecycle import AnswerState, DateKind, LineState, Side
from orders.purchasing.models.fields import price_field, quantity_field
from orders.purchasing.models.orders import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.rules import Part
from suppliers.refusal import Problem
from suppliers.tenancy import TenantQuerySet, TenantRow


class Answer(TenantRow):
    """One round: what one side sent about an order at one time (answer or counter)."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="answers")
    round = models.PositiveIntegerField()
    side = models.CharField(max_length=10, choices=Side.choices)
    revision = models.PositiveIntegerField(help_text="The revision that was answered.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="As it was then."
    )
    at = models.DateTimeField()
    # Which of the order's steps this was (see PurchaseOrder.steps).
    step = models.PositiveIntegerField(default=0, db_default=0)
    channel = models.CharField(max_length=10)
    comment = models.TextField(blank=True)
    # The form carries it: the same form sent twice is one answer.
    submission = models.UUIDField(unique=True)

    objects = TenantQuerySet.as_manager()

    # Not stored: why lines were left open that had moved on since the supplier looked at them.
    held: tuple[Problem, ...] = ()

    class Meta:
        constraints = [models.UniqueConstraint("order", "round", name="one_answer_per_round")]

    def __str__(self) -> str:
        return f"{self.order} round {self.round}"


class LineAnswer(TenantRow):
    """What one round says about one line, and what became of it."""

    answer = models.ForeignKey(Answer, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="answers")
    state = models.CharField(max_length=12, choices=AnswerState.choices)
    # Which fields deviate from what was asked: ["date", "quantity", "price", "split", "rejected", "product",
    # "unit"].
    deviations = ArrayField(models.CharField(max_length=20), default=list)
    # What the line said when it was answered, so that later readers see what was deviated from.
    asked_quantity = quantity_field()
    asked_price = price_field()
    asked_on = models.DateField(null=True, blank=True)
    # How policies judged what deviates: suppliers.policies.verdict, with the versions they used.
    verdict = models.JSONField(null=True, blank=True)
    # What the line waited for before this was said, so that a proposal can be taken back.
    state_before = models.CharField(
        max_length=10, choices=LineState.choices, blank=True, default="", db_default=""
    )
    # The supplier confirmed again what had been agreed, because the delivery comes near.
    confirms_again = models.BooleanField(db_default=False, default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_by_name = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="As it was then."
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_step = models.PositiveIntegerField(default=0, db_default=0)
    decision_reason = models.TextField(blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("answer", "line", name="one_line_answer_per_round"),
            models.UniqueConstraint("line", condition=Q(state="PENDING"), name="one_open_answer_per_line"),
            models.CheckConstraint(name="known_answer_state", condition=Q(state__in=AnswerState.values)),
        ]

    def __str__(self) -> str:
        return f"{self.line}: {self.get_state_display()}"


class ScheduleLine(TenantRow):
    """A part of a line's answer: so many on that day at that price, or so many not at all."""

    line_answer = models.ForeignKey(LineAnswer, on_delete=models.CASCADE, related_name="schedule")
    position = models.PositiveIntegerField()
    quantity = quantity_field()
    # Null date means: this part is rejected, and the reason says why.
    delivery_on = models.DateField(null=True, blank=True)
    unit_price = price_field(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    # Another product or another unit than the order's; empty: as ordered. In another unit, quantity and
    # price are in that unit.
    product_code = models.CharField(max_length=64, blank=True, default="", db_default="")
    product_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    unit = models.CharField(max_length=60, blank=True, default="", db_default="")

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints = [
            models.UniqueConstraint("line_answer", "position", name="one_schedule_line_per_position"),
            models.CheckConstraint(name="positive_schedule_quantity", condition=Q(quantity__gt=0)),
            models.CheckConstraint(
                name="promised_or_rejected_with_reason",
                condition=Q(delivery_on__isnull=False, unit_price__isnull=False)
                | (Q(delivery_on__isnull=True, unit_price__isnull=True) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} on {self.delivery_on}" if self.delivery_on else f"{self.quantity} rejected"

    @property
    def part(self) -> Part:
        """The row as the rules read it."""
        return Part(
            self.quantity,
            self.delivery_on,
            self.unit_price,
            self.reason,
            self.product_code,
            self.product_name,
            self.unit,
        )


class DateMove(TenantRow):
    """One of a line's dates moved: who moved it, when, from which round or revision. Appended only."""

    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="date_moves")
    kind = models.CharField(max_length=10, choices=DateKind.choices)
    old = models.DateField(null=True, blank=True)
    new = models.DateField(null=True, blank=True)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200, help_text="As it was then; also for Odoo's users.")
    round = models.PositiveIntegerField(null=True, blank=True)
    revision = models.PositiveIntegerField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["line", "id"], name="date_moves_of_line")]
        constraints = [models.CheckConstraint(name="known_date_kind", condition=Q(kind__in=DateKind.values))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.old} → {self.new}"
