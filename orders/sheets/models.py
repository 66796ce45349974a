"""Sheets that were sent in: what was filled in, how it was understood, and the job that came of it."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from orders.bulk.models import Job
from orders.sheets.lifecycle import Kind
from suppliers.tenancy import Viewer


class OfJobQuerySet(models.QuerySet[Any]):
    """Rows that are seen by whoever sees their job."""

    path = "job"

    def visible_to(self, user: Viewer) -> Self:
        """Keep what belongs to jobs the user may see."""
        return self.filter(**{f"{self.path}__in": Job.objects.visible_to(user)})


class OfSheetQuerySet(OfJobQuerySet):
    """Rows of sheets."""

    path = "sheet__job"


class Sheet(models.Model):
    """A file that somebody filled in and sent. The file itself is not kept, its rows are, with the job."""

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="sheet")
    name = models.CharField(max_length=200, help_text="Of the file.")
    format = models.CharField(max_length=4, choices=[("xlsx", "Excel"), ("csv", "CSV")])
    notes = models.JSONField(default=list)
    row_count = models.PositiveIntegerField()
    uploaded_at = models.DateTimeField()

    objects = OfJobQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class SheetRow(models.Model):
    """One row as it was sent: what was filled in, and how it was understood."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="In the file.")
    line_id = models.BigIntegerField(null=True, blank=True, help_text="Of the order line, if it has one.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Cells by column, as cells.to_json writes them.
    typed = models.JSONField(default=dict)
    had = models.JSONField(default=dict, help_text="What the sheet showed.")
    now = models.JSONField(default=dict, help_text="What the line asks for, where that differs.")
    seen = models.CharField(max_length=40, blank=True)
    # Problems by cell: where, found, expected, remedy.
    problems = models.JSONField(default=list)

    objects = OfSheetQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint("sheet", "number", name="one_row_per_number"),
            models.CheckConstraint(name="known_row_kind", condition=Q(kind__in=Kind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.sheet}, row {self.number}"
