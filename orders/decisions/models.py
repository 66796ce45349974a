"""Decisions on many proposals at once, and what each person told the portal about this page."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orders.bulk.lifecycle import JobState, OrderWork
from orders.decisions.lifecycle import Verb
from orders.decisions.querysets import DecisionJobQuerySet
from orders.purchasing.models import PurchaseOrder
from suppliers.policies.terms import Matter
from suppliers.tenancy import TenantQuerySet, TenantRow


class DecisionJob(models.Model):
    """One decision on the proposals of many orders, worked off order by order.

    It may concern several of the buyer's companies: it is seen by whoever works for all of them.
    """

    # The form carries it: the same form sent twice is one job.
    key = models.UUIDField(unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    company_ids = ArrayField(models.BigIntegerField())
    verb = models.CharField(max_length=10, choices=Verb.choices)
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WORKING)
    order_count = models.PositiveIntegerField()
    line_count = models.PositiveIntegerField()
    correlation_id = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    progress_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionJobQuerySet.as_manager()

    class Meta:
        constraints = [
            # An empty list would be contained in everybody's.
            models.CheckConstraint(name="decision_job_has_a_company", condition=Q(company_ids__len__gt=0)),
            models.CheckConstraint(name="known_decision_job_state", condition=Q(state__in=JobState.values)),
            models.CheckConstraint(name="known_decision_verb", condition=Q(verb__in=Verb.values)),
        ]
        indexes = [
            models.Index(fields=["progress_at"], condition=Q(state="WORKING"), name="decisions_under_way")
        ]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.line_count} lines of {self.order_count} orders"


class DecisionJobOrder(TenantRow):
    """One order of a job: its proposals are decided on in one transaction, or not at all."""

    job = models.ForeignKey(DecisionJob, on_delete=models.CASCADE, related_name="orders")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="+")
    answer_ids = ArrayField(models.BigIntegerField(), help_text="The proposals, as line answers.")
    work = models.CharField(max_length=10, choices=OrderWork.choices, default=OrderWork.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0, help_text="So many of them were decided on.")
    problem = models.TextField(blank=True, help_text="Why not all of them were, for people.")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("job", "order", name="one_row_per_order_of_a_decision"),
            models.CheckConstraint(name="known_decision_work", condition=Q(work__in=OrderWork.values)),
        ]
        indexes = [models.Index(fields=["job", "work", "id"], name="work_of_decision")]

    def __str__(self) -> str:
        return f"{self.order} in {self.job}"


class OfferSetAside(TenantRow):
    """Somebody does not want to be offered a policy for a while: about one supplier, matter and direction."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    matter = models.CharField(max_length=20, choices=Matter.choices)
    is_more = models.BooleanField(help_text="Later, dearer, more; else earlier, cheaper, less.")
    until = models.DateTimeField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "by", "company", "supplier", "matter", "is_more", name="one_offer_set_aside"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by}: {self.get_matter_display()} of {self.supplier}"


class Keyboard(models.Model):
    """Whether single keys act on pages, for one person. Without a row they do."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    is_on = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "keyboards"

    def __str__(self) -> str:
        return f"{self.user}: {'on' if self.is_on else 'off'}"
