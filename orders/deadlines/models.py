"""How long suppliers have to answer, the clocks that run, and the steps on the way."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from orders.deadlines.lifecycle import DeadlineKind, Ending, StepCode, StepState
from orders.deadlines.querysets import DeadlineQuerySet
from orders.deadlines.rules import Terms
from orders.purchasing.models import PurchaseOrder
from suppliers.tenancy import SidedRow, TenantQuerySet, TenantRow


class AnswerTerms(SidedRow):
    """How many working hours suppliers of a company, or one of them, have to answer, and who is told then.

    Of the rows that cover a day the one that begins last counts, and of those the newest; the supplier's own
    before the company's. One that is off leaves the supplier to the company's, the company to what is usual.
    Nothing said is ever edited: appended only.
    """

    hours = models.PositiveSmallIntegerField(
        default=24, help_text="Working hours of the supplier from the first delivered mail to the deadline."
    )
    again_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The same to confirm again before a delivery; empty: as many."
    )
    interval = models.PositiveSmallIntegerField(
        default=4, help_text="Working hours from the deadline to the first who is told, and to each further."
    )
    tells_second = models.BooleanField(default=True, db_default=True)
    tells_buyer = models.BooleanField(default=True, db_default=True)
    tells_manager = models.BooleanField(default=True, db_default=True)
    starts_on = models.DateField(help_text="In the company's ship-to zone.")
    ends_on = models.DateField(null=True, blank=True, help_text="The last day; empty: until further notice.")
    is_off = models.BooleanField(default=False, db_default=False)
    # Empty in rows from before they were kept.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, default="", db_default="")
    # The form carries it: the same form sent twice is one row.
    submission = models.UUIDField(null=True, blank=True, unique=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "answer terms"
        ordering = ["company", "supplier", "-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="terms_have_a_company", condition=Q(company__isnull=False)),
            models.CheckConstraint(
                name="terms_last_some_hours",
                condition=Q(hours__gt=0, interval__gt=0)
                & (Q(again_hours__isnull=True) | Q(again_hours__gt=0)),
            ),
            models.CheckConstraint(
                name="terms_end_after_they_begin",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
        ]
        indexes = [models.Index(fields=["company", "supplier", "-starts_on"], name="terms_of_company")]

    def __str__(self) -> str:
        return f"{self.supplier or self.company}: {self.hours} working hours"

    @property
    def terms(self) -> Terms:
        """The row as the rules take it."""
        told = {
            StepCode.BACKUP: self.tells_second,
            StepCode.BUYER: self.tells_buyer,
            StepCode.MANAGER: self.tells_manager,
        }
        further = tuple(code for code, is_told in told.items() if is_told)
        return Terms(self.hours, self.interval, self.again_hours, further)


class Deadline(TenantRow):
    """A clock on one question to a supplier, from the first mail that reached somebody to the answer.

    ``question`` is the key of the notices that asked: the same question has one clock. Hours and moments are
    kept as they were when it began: who changes terms or working hours later moves no deadline.
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=10, choices=DeadlineKind.choices, default=DeadlineKind.ANSWER)
    question = models.CharField(max_length=160)
    revision = models.PositiveIntegerField(help_text="Of the order, when the clock began.")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(help_text="When the first mail was delivered.")
    hours = models.PositiveSmallIntegerField(help_text="Working hours there were to answer.")
    interval = models.PositiveSmallIntegerField()
    due_at = models.DateTimeField()
    delivery_on = models.DateField(
        null=True, blank=True, help_text="The delivery that makes an answer due sooner than these hours."
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who was chosen as first contact; empty: whoever is.",
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=12, choices=Ending.choices, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("order", "question", name="one_clock_per_question"),
            models.UniqueConstraint(
                "order", "kind", condition=Q(ended_at=None), name="one_running_clock_per_order"
            ),
            models.CheckConstraint(name="known_deadline_kind", condition=Q(kind__in=DeadlineKind.values)),
            models.CheckConstraint(
                name="ended_deadline_says_why",
                condition=Q(ended_at__isnull=True, ending="")
                | Q(ended_at__isnull=False, ending__in=Ending.values),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="running_deadlines", condition=Q(ended_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.get_kind_display().lower()} until {self.due_at:%Y-%m-%d %H:%M %Z}"


class Step(TenantRow):
    """One step on the way: planned when the clock begins, taken once, or not needed any more."""

    deadline = models.ForeignKey(Deadline, on_delete=models.CASCADE, related_name="steps")
    code = models.CharField(max_length=10, choices=StepCode.choices)
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=StepState.choices, default=StepState.PLANNED)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["due_at", "pk"]
        constraints = [
            models.UniqueConstraint("deadline", "code", name="each_step_once"),
            models.CheckConstraint(name="known_step", condition=Q(code__in=StepCode.values)),
            models.CheckConstraint(name="known_step_state", condition=Q(state__in=StepState.values)),
        ]
        indexes = [models.Index(fields=["due_at"], name="planned_steps", condition=Q(state="PLANNED"))]

    def __str__(self) -> str:
        return f"{self.get_code_display()}, {self.get_state_display().lower()}"

    @property
    def key(self) -> str:
        """The key of the notices of this step: each reaches a person once."""
        return f"deadline-{self.deadline_id}-{self.code}"
