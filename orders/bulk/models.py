"""Jobs: answers to many orders at once, with what was seen, what is wanted, and what became of each line."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from orders.bulk.lifecycle import Forecast, JobState, Operation, OrderWork, Result
from orders.bulk.querysets import JobQuerySet
from orders.purchasing.models import Answer, PurchaseOrder, PurchaseOrderLine
from suppliers.journal.models import Channel
from suppliers.tenancy import TenantQuerySet, TenantRow


class Job(models.Model):
    """Answers to the lines of many orders, looked at as a whole and worked off order by order.

    A job may concern several suppliers (an agent sells for two): it is seen by whoever works for all of
    them. Its orders and lines are tenant rows like any other.
    """

    # Each order's answer is sent under an id that follows from this one: once, whatever happens.
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    supplier_ids = ArrayField(models.BigIntegerField())
    operation = models.CharField(max_length=10, choices=Operation.choices)
    title = models.CharField(max_length=200, help_text="What is wanted: “7 days later”.")
    selection = models.CharField(max_length=500, help_text="What was chosen, in words.")
    reason = models.TextField(blank=True)
    channel = models.CharField(max_length=10, default=Channel.WEB, help_text="The way in.")
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.PREVIEW)
    order_count = models.PositiveIntegerField(default=0)
    line_count = models.PositiveIntegerField(default=0)
    correlation_id = models.CharField(max_length=40, blank=True)
    drawn_up_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    progress_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            # An empty list would be contained in everybody's.
            models.CheckConstraint(name="job_has_a_supplier", condition=Q(supplier_ids__len__gt=0)),
            models.CheckConstraint(name="known_job_state", condition=Q(state__in=JobState.values)),
        ]
        indexes = [
            models.Index(fields=["by", "-id"], name="jobs_of_person"),
            models.Index(fields=["progress_at"], condition=Q(state="WORKING"), name="jobs_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.line_count} lines"


class JobOrder(TenantRow):
    """One order of a job: answered in one transaction, or not at all."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="orders")
    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField(help_text="The revision that was looked at.")
    work = models.CharField(max_length=10, choices=OrderWork.choices, default=OrderWork.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    answer = models.ForeignKey(Answer, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("job", "order", name="one_row_per_order_of_a_job"),
            models.CheckConstraint(name="known_order_work", condition=Q(work__in=OrderWork.values)),
        ]
        indexes = [models.Index(fields=["job", "work", "id"], name="work_of_job")]

    def __str__(self) -> str:
        return f"{self.order} in {self.job}"

    @property
    def submission(self) -> uuid.UUID:
        """The id under which this order's answer is sent: the same however often it is tried."""
        return uuid.uuid5(self.job.key, str(self.order_id))


class JobLine(TenantRow):
    """One line of a job: what was seen, what is answered, what the preview said and what became of it."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="lines")
    job_order = models.ForeignKey(JobOrder, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(PurchaseOrderLine, on_delete=models.CASCADE, related_name="+")
    label = models.CharField(max_length=120)
    seen = models.CharField(max_length=16, help_text="Fingerprint of the line as it was looked at.")
    # Parts as rules.to_json writes them.
    asked = models.JSONField(default=list)
    reply = models.JSONField(default=list)
    forecast = models.CharField(max_length=12, choices=Forecast.choices)
    result = models.CharField(max_length=12, choices=Result.choices, default=Result.WAITING)
    sentence = models.TextField(blank=True, help_text="Why, for people.")

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints = [
            models.UniqueConstraint("job", "line", name="one_row_per_line_of_a_job"),
            models.CheckConstraint(name="known_job_forecast", condition=Q(forecast__in=Forecast.values)),
            models.CheckConstraint(name="known_job_result", condition=Q(result__in=Result.values)),
        ]
        indexes = [models.Index(fields=["job", "id"], name="lines_of_job")]

    def __str__(self) -> str:
        return f"{self.label}: {self.get_result_display()}"
