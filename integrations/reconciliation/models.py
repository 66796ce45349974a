"""The report of each comparison: the run, what it counted, and every difference it found."""

from typing import Any, Protocol, Self

from django.conf import settings
from django.db import models
from django.db.models import Q


class Viewer(Protocol):
    """Whoever looks at reports: works for buyer companies, or runs the whole installation."""

    @property
    def company_ids(self) -> frozenset[int]: ...

    @property
    def is_superuser(self) -> bool: ...


class Kind(models.TextChoices):
    """What is wrong."""

    MISSING = "MISSING", "Missing here"
    EXTRA = "EXTRA", "Gone in Odoo"
    STALE = "STALE", "Older here"
    DIFFERENT = "DIFFERENT", "Different"


class Direction(models.TextChoices):
    """Which way a repair goes; it follows from integrations/ownership.py."""

    PULL = "PULL", "Read again from Odoo"
    PUSH = "PUSH", "Send to Odoo again"
    NONE = "NONE", "Needs a person"


class State(models.TextChoices):
    """What became of a difference.  OPEN → QUEUED → REPAIRED | FAILED;  FAILED → QUEUED."""

    OPEN = "OPEN", "Open"
    QUEUED = "QUEUED", "Being repaired"
    REPAIRED = "REPAIRED", "Repaired"
    FAILED = "FAILED", "Not repaired"


class CompanyQuerySet(models.QuerySet[Any]):
    """Rows of one buyer company."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep the rows of the user's buyer companies; whoever runs the installation sees all."""
        return self if user.is_superuser else self.filter(company_id__in=sorted(user.company_ids))


class ReconciliationRun(models.Model):
    """One comparison of one buyer company with its Odoo. While ``finished_at`` is empty, it goes on."""

    company = models.ForeignKey("people.BuyerCompany", on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    progress_at = models.DateTimeField(help_text="A run that does not move for long has died.")
    finished_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0, help_text="Documents that Odoo has, as counted before.")
    documents = models.PositiveIntegerField(default=0, help_text="Compared so far.")
    records = models.PositiveIntegerField(default=0, help_text="Lines of these documents.")
    missing = models.PositiveIntegerField(default=0)
    extra = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    different = models.PositiveIntegerField(default=0)
    fault = models.TextField(blank=True, help_text="Why it could not be finished, for a person.")
    warning = models.TextField(blank=True, help_text="What to mind about the result.")

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "company", name="one_open_comparison", condition=Q(finished_at__isnull=True)
            )
        ]
        indexes = [models.Index(fields=["company", "-id"], name="comparisons_of_company")]

    def __str__(self) -> str:
        return f"Comparison {self.pk}"

    @property
    def differences_found(self) -> int:
        """All that was found, of every kind."""
        return self.missing + self.extra + self.stale + self.different

    @property
    def is_finished(self) -> bool:
        """Whether it ended, with or without a fault."""
        return self.finished_at is not None


class Difference(models.Model):
    """One value, record or document in which the two sides differed, and what became of it."""

    run = models.ForeignKey(ReconciliationRun, on_delete=models.CASCADE, related_name="differences")
    company = models.ForeignKey("people.BuyerCompany", on_delete=models.CASCADE, related_name="+")
    comparison = models.CharField(max_length=40, help_text="Who found it and can repair it.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    entity = models.CharField(max_length=40, help_text="As in the ownership table.")
    field = models.CharField(max_length=40, blank=True, help_text="Empty: the record as a whole.")
    document_id = models.BigIntegerField(null=True, blank=True, help_text="Ours; empty where it is missing.")
    document_odoo_id = models.PositiveIntegerField()
    record_odoo_id = models.PositiveIntegerField(default=0, help_text="A line of the document; 0: itself.")
    label = models.CharField(max_length=200, help_text="For people: P00042, line 2 (FST-100).")
    here = models.TextField(blank=True)
    there = models.TextField(blank=True)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    first_seen_at = models.DateTimeField(help_text="By the first of the comparisons in a row that found it.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True, help_text="What the repair came to, for a person.")

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "entity", "document_odoo_id", "record_odoo_id", "field"],
                name="one_difference_per_value",
            ),
            models.CheckConstraint(name="known_difference_kind", condition=Q(kind__in=Kind.values)),
            models.CheckConstraint(
                name="known_repair_direction", condition=Q(direction__in=Direction.values)
            ),
            models.CheckConstraint(name="known_difference_state", condition=Q(state__in=State.values)),
        ]
        indexes = [
            models.Index(fields=["run", "kind", "id"], name="differences_by_kind"),
            models.Index(fields=["run", "id"], name="differences_queued", condition=Q(state="QUEUED")),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.field}" if self.field else self.label

    @property
    def key(self) -> tuple[str, int, int, str]:
        """What makes it the same difference in the next comparison."""
        return self.entity, self.document_odoo_id, self.record_odoo_id, self.field

    @property
    def may_be_repaired(self) -> bool:
        """Whether a repair can be asked for now."""
        return self.direction != Direction.NONE and self.state in {State.OPEN, State.FAILED}
