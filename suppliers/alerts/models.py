"""Alerts: what needs somebody, by when, and why; raised and cleared by the same rule."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from suppliers.people.models import User
from suppliers.tenancy import SidedRow, TenantQuerySet, at_least_one_side


class AlertQuerySet(TenantQuerySet):
    """Alerts."""

    def open(self) -> Self:
        """Alerts whose cause is still there."""
        return self.filter(cleared_at__isnull=True)

    def for_roles_of(self, user: User) -> Self:
        """Alerts that one of the user's roles, towards that supplier or company, must act on."""
        mine = Q(pk__in=[])
        for membership in user.active_memberships:
            side = (
                Q(supplier_id=membership.supplier_id)
                if membership.supplier_id
                else Q(company_id=membership.company_id)
            )
            mine |= side & Q(owner_roles__contains=[membership.role])
        return self.filter(mine)

    def awake(self, *, now: datetime) -> Self:
        """Alerts nobody has put off until later than *now*."""
        return self.filter(Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now))


class Alert(SidedRow):
    """One thing that needs somebody. While its cause lasts there is one row per code and key."""

    code = models.CharField(max_length=60, help_text="The rule that found it.")
    key = models.CharField(max_length=160, help_text="What the rule found it about.")
    # "purchaseorder" and its primary key, for the link on the worklist.
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    sentence = models.TextField()
    owner_roles = ArrayField(models.CharField(max_length=20), help_text="Whose roles must act.")
    due_at = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = AlertQuerySet.as_manager()

    class Meta:
        constraints = [
            # Two open alerts (cleared_at null) with one key count as equal; closed ones differ by their time.
            models.UniqueConstraint(
                fields=["code", "key", "cleared_at"], nulls_distinct=False, name="one_open_alert_per_key"
            ),
            at_least_one_side("alert_has_a_side"),
        ]
        indexes = [
            models.Index(
                fields=["supplier", "due_at"], name="open_alerts_supplier", condition=Q(cleared_at=None)
            ),
            models.Index(
                fields=["company", "due_at"], name="open_alerts_company", condition=Q(cleared_at=None)
            ),
        ]

    def __str__(self) -> str:
        return self.sentence
