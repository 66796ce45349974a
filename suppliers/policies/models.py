"""Policies, their versions, and the calendars and categories they speak of. Nothing said is ever edited."""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from suppliers.policies.querysets import RulesOfCompanyQuerySet
from suppliers.policies.records import Bound, Rule, Scope
from suppliers.policies.terms import Beyond, Days, Joined, Matter
from suppliers.tenancy import SidedRow, TenantQuerySet


def _bound(**options: Any) -> models.DecimalField:
    return models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True, **options)


class Policy(SidedRow):
    """What a buyer company decides about one matter, for all of its suppliers or a part of what it buys.

    The row says for what; how far answers may deviate say its versions. Appended only.
    """

    name = models.CharField(max_length=100)
    matter = models.CharField(max_length=12, choices=Matter.choices)
    product_odoo_id = models.PositiveIntegerField(null=True, blank=True)
    product_code = models.CharField(max_length=64, blank=True)
    category_odoo_id = models.PositiveIntegerField(null=True, blank=True)
    category_name = models.CharField(max_length=300, blank=True, help_text="As it was called then.")
    created_at = models.DateTimeField()

    objects = RulesOfCompanyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(name="policy_has_a_company", condition=Q(company__isnull=False)),
            models.CheckConstraint(name="known_matter", condition=Q(matter__in=Matter.values)),
            models.CheckConstraint(
                name="policy_for_product_or_category",
                condition=Q(category_odoo_id__isnull=True) | Q(product_code=""),
            ),
        ]
        indexes = [models.Index(fields=["company", "supplier"], name="policy_of_company")]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> Scope:
        """For what it holds."""
        assert self.company_id is not None  # noqa: S101 - the database holds it (policy_has_a_company)
        return Scope(
            self.company_id, self.supplier_id, self.product_odoo_id, self.product_code, self.category_odoo_id
        )


class PolicyVersion(SidedRow):
    """How far answers may deviate from a day on, until a later version says otherwise. Appended only.

    On each day the newest version that covers it counts. One with a last day leaves the rest to the version
    before it; one that is off ends the policy from its first day.
    """

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    starts_on = models.DateField(help_text="In the company's ship-to zone.")
    ends_on = models.DateField(null=True, blank=True, help_text="The last day.")
    is_off = models.BooleanField(default=False)
    rank = models.PositiveIntegerField(default=100, help_text="Among equally specific policies the lowest.")
    lower_amount = _bound()
    lower_percent = _bound()
    upper_amount = _bound()
    upper_percent = _bound()
    joined = models.CharField(max_length=3, choices=Joined.choices, default=Joined.AND)
    currency = models.CharField(max_length=3, blank=True)
    days = models.CharField(max_length=8, choices=Days.choices, default=Days.CALENDAR)
    beyond = models.CharField(max_length=6, choices=Beyond.choices, default=Beyond.BUYER)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    # The form carries it: the same form sent twice is one version.
    submission = models.UUIDField(unique=True)
    # What it would have done to past answers, as whoever saved it saw.
    simulation = models.JSONField(null=True, blank=True)

    objects = RulesOfCompanyQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint("policy", "number", name="one_policy_version_per_number"),
            models.CheckConstraint(name="policy_version_has_a_company", condition=Q(company__isnull=False)),
            models.CheckConstraint(
                name="policy_ends_after_it_starts",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
            ),
            models.CheckConstraint(
                name="policy_bounds_not_below_zero",
                condition=(Q(lower_amount__isnull=True) | Q(lower_amount__gte=0))
                & (Q(lower_percent__isnull=True) | Q(lower_percent__gte=0))
                & (Q(upper_amount__isnull=True) | Q(upper_amount__gte=0))
                & (Q(upper_percent__isnull=True) | Q(upper_percent__gte=0)),
            ),
            models.CheckConstraint(name="known_policy_join", condition=Q(joined__in=Joined.values)),
            models.CheckConstraint(name="known_policy_days", condition=Q(days__in=Days.values)),
            models.CheckConstraint(name="known_policy_beyond", condition=Q(beyond__in=Beyond.values)),
        ]
        indexes = [models.Index(fields=["company", "supplier"], name="policy_version_of_company")]

    def __str__(self) -> str:
        return f"{self.policy}, version {self.number}"

    @property
    def rule(self) -> Rule:
        """The version as the engine reads it."""
        return Rule(
            policy_id=self.policy_id,
            version_id=self.pk or 0,
            number=self.number,
            name=self.policy.name,
            matter=Matter(self.policy.matter),
            scope=self.policy.scope,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            is_off=self.is_off,
            rank=self.rank,
            lower=Bound(self.lower_amount, self.lower_percent),
            upper=Bound(self.upper_amount, self.upper_percent),
            joined=Joined(self.joined),
            currency=self.currency,
            days=Days(self.days),
            beyond=Beyond(self.beyond),
        )


class CompanyCalendar(SidedRow):
    """On which days a buyer company works: public holidays of its country, and days of its own."""

    country = models.CharField(max_length=2, blank=True, help_text="Whose public holidays count.")
    subdivision = models.CharField(max_length=20, blank=True)
    closed_days = ArrayField(models.DateField(), default=list, blank=True)

    objects = RulesOfCompanyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("company", name="one_calendar_per_company"),
            models.CheckConstraint(
                name="calendar_is_a_company_s",
                condition=Q(company__isnull=False, supplier__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"Working days of {self.company}"


class ProductCategory(SidedRow):
    """A product category as Odoo names it now; ``path`` is ``/1/4/`` from the root to the category itself."""

    odoo_id = models.PositiveIntegerField()
    name = models.CharField(max_length=300, help_text="With all categories above it.")
    path = models.CharField(max_length=200)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "product categories"
        ordering: ClassVar = ["name"]
        constraints = [
            models.UniqueConstraint("company", "odoo_id", name="one_category_per_odoo_category"),
            models.CheckConstraint(
                name="category_is_a_company_s", condition=Q(company__isnull=False, supplier__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.name
