"""What a supplier says about when it works."""

from typing import Self

from django.db import models
from django.db.models import F, Q

from suppliers.people.models import Supplier
from suppliers.tenancy import Viewer


class OfSupplierQuerySet(models.QuerySet):
    """Rows about a supplier alone, which its buyers may read too."""

    def visible_to(self, user: Viewer) -> Self:
        """Keep the rows of the suppliers this person may see."""
        return self.filter(supplier__in=Supplier.objects.visible_to(user))


class SupplierCalendar(models.Model):
    """Hours and holidays of one supplier. Without a row the usual ones are assumed (see assumed.py)."""

    supplier = models.OneToOneField(Supplier, on_delete=models.CASCADE, related_name="calendar")
    time_zone = models.CharField(max_length=64, help_text="IANA name.")
    country = models.CharField(max_length=2, blank=True, help_text="Whose public holidays count.")
    subdivision = models.CharField(max_length=20, blank=True)
    # Seven days from Monday, each with its stretches: [[[480, 720], [780, 1020]], …, []] in minutes.
    week = models.JSONField()

    objects = OfSupplierQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Working hours of {self.supplier}"


class ClosedDays(models.Model):
    """Days on which a supplier is closed: works holidays, stock-taking, a bridge day."""

    supplier = models.ForeignKey(Supplier, on_delete=models.CASCADE, related_name="closed_days")
    first_day = models.DateField()
    last_day = models.DateField(help_text="Included.")
    reason = models.CharField(max_length=100, blank=True)

    objects = OfSupplierQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "closed days"
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                name="closed_days_end_after_they_begin", condition=Q(last_day__gte=F("first_day"))
            ),
            models.UniqueConstraint("supplier", "first_day", "last_day", name="closed_once"),
        ]
        indexes = [models.Index(fields=["supplier", "last_day"], name="closed_days_of_supplier")]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.first_day} to {self.last_day}"
