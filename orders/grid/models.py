"""Drafts: what somebody has typed for an order and not sent yet."""

from typing import Self

from django.conf import settings
from django.db import models

from orders.purchasing.models import PurchaseOrder
from suppliers.people.models import User
from suppliers.tenancy import TenantQuerySet, TenantRow


class DraftQuerySet(TenantQuerySet):
    """Drafts."""

    def visible_to(self, user: User) -> Self:  # type: ignore[override]
        """Keep the user's own: colleagues see what was sent, not what is being typed."""
        return super().visible_to(user).filter(person=user)


class Draft(TenantRow):
    """One person's unfinished answer to one order."""

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # Fields of the form as they were typed, blank ones left out.
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("order", "person", name="one_draft_per_person")]
        indexes = [models.Index(fields=["saved_at"], name="drafts_by_age")]

    def __str__(self) -> str:
        return f"Draft of {self.person} for {self.order}"
