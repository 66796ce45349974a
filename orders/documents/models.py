"""ZIPs of documents that somebody asked for; kept for a day."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orders.documents.lifecycle import ZipState
from suppliers.people.models import User


class ZipQuerySet(models.QuerySet[Any]):
    """ZIPs."""

    def visible_to(self, user: User) -> Self:
        """Keep the user's own, as long as every order in them is still one of theirs."""
        suppliers, companies = sorted(user.supplier_ids), sorted(user.company_ids)
        mine = Q(supplier_ids__contained_by=suppliers) | Q(company_ids__contained_by=companies)
        return self.filter(mine, by=user)


class DocumentZip(models.Model):
    """The documents of many orders in one file, for the person who asked for it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    supplier_ids = ArrayField(models.BigIntegerField())
    company_ids = ArrayField(models.BigIntegerField())
    order_ids = ArrayField(models.BigIntegerField())
    state = models.CharField(max_length=8, choices=ZipState.choices, default=ZipState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    data = models.BinaryField(null=True, blank=True)
    asked_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)

    objects = ZipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="known_zip_state", condition=Q(state__in=ZipState.values)),
            # An empty list would be contained in everybody's.
            models.CheckConstraint(
                name="zip_has_orders",
                condition=Q(order_ids__len__gt=0, supplier_ids__len__gt=0, company_ids__len__gt=0),
            ),
        ]
        indexes = [models.Index(fields=["asked_at"], name="zips_by_age")]

    def __str__(self) -> str:
        return f"{len(self.order_ids)} documents"
