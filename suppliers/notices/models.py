"""What is told to one person each, written with the action that caused it, and how people want to be told."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value

from suppliers.notices.events import Kind
from suppliers.notices.frequency import Frequency
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.querysets import OwnQuerySet
from suppliers.tenancy import SidedRow, TenantQuerySet, at_least_one_side


class Notice(SidedRow):
    """One mail to one address, rendered when it was caused, so that it says what was true then."""

    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    to_email = models.EmailField()
    to_name = models.CharField(max_length=150, blank=True)
    event = models.CharField(max_length=60)
    # Carries what happened, its revision and its round: the same thing is told to a person once.
    key = models.CharField(max_length=160)
    # "purchaseorder" and its primary key: what the mail is about.
    subject_type = models.CharField(max_length=40, blank=True, default="", db_default="")
    subject_id = models.BigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    # A link that opens a door (an invitation) is kept encrypted and put in place only while sending.
    sealed_link = models.TextField(blank=True)
    created_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=NoticeState.choices,
        default=NoticeState.WAITING,
        db_default=NoticeState.WAITING,
    )
    message_id = models.CharField(max_length=120, blank=True, default="", db_default="")
    sent_at = models.DateTimeField(
        null=True, blank=True, help_text="When the mail server took it for the first time."
    )
    failed_at = models.DateTimeField(null=True, blank=True, help_text="When it was refused or came back.")
    failure = models.CharField(
        max_length=500, blank=True, default="", db_default="", help_text="What the other mail server said."
    )
    opened_at = models.DateTimeField(
        null=True, blank=True, help_text="When its reader opened what it is about."
    )
    # How its reader wanted it when it was written.
    frequency = models.CharField(
        max_length=6, choices=Frequency.choices, default=Frequency.LIVE, db_default=Frequency.LIVE
    )
    digest = models.ForeignKey(
        "Digest", on_delete=models.SET_NULL, null=True, blank=True, related_name="notices"
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who is away and would have got it.",
    )
    folded_into = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="folded"
    )
    changes = models.JSONField(default=list, db_default=Value([], models.JSONField()), blank=True)
    in_app = models.BooleanField(default=True, db_default=True, help_text="Whether the bell shows it.")
    read_at = models.DateTimeField(null=True, blank=True)
    # It asks for an answer and nobody has put a clock on that yet (see orders/deadlines).
    wants_clock = models.BooleanField(default=False, db_default=False)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("key", "to_email", name="one_notice_per_key_and_person"),
            at_least_one_side("notice_has_a_side"),
            models.CheckConstraint(name="known_notice_state", condition=Q(state__in=NoticeState.values)),
            models.CheckConstraint(
                name="sent_notice_has_a_time", condition=~Q(state="SENT") | Q(sent_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="notices_of_subject"),
            models.Index(
                fields=["to_user", "-id"], name="unread_notices", condition=Q(in_app=True, read_at=None)
            ),
            models.Index(fields=["to_user", "-id"], name="notices_to_person", condition=Q(in_app=True)),
            models.Index(
                fields=["to_user"], name="collected_notices", condition=Q(state="COLLECTED", digest=None)
            ),
            models.Index(fields=["to_email", "-id"], name="notices_to_address"),
            models.Index(
                fields=["subject_type", "subject_id"],
                name="failed_notices",
                condition=Q(state__in=NoticeState.failed()),
            ),
            models.Index(fields=["message_id"], name="notice_of_message", condition=~Q(message_id="")),
            models.Index(fields=["sent_at"], name="notices_without_clock", condition=Q(wants_clock=True)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_email}"


class Preference(models.Model):
    """How one person wants to be told of one kind of event. Without a row the recommendation holds."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    mail = models.CharField(max_length=6, choices=Frequency.choices)
    in_app = models.BooleanField(default=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "kind", name="one_preference_per_kind"),
            models.CheckConstraint(name="known_mail_frequency", condition=Q(mail__in=Frequency.values)),
            # What is about one's own account is always told at once.
            models.CheckConstraint(name="account_mail_stays_on", condition=~Q(kind="ACCOUNT")),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_kind_display()}, {self.get_mail_display()}"


class Absence(models.Model):
    """Somebody is away, and a colleague with the same right gets their mail."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    first_day = models.DateField(help_text="Where the person lives.")
    last_day = models.DateField(help_text="Included.")

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                name="absence_ends_after_it_begins", condition=Q(last_day__gte=F("first_day"))
            ),
            models.CheckConstraint(name="nobody_stands_in_for_themselves", condition=~Q(user=F("delegate"))),
        ]
        indexes = [models.Index(fields=["user", "last_day"], name="absences_of_person")]

    def __str__(self) -> str:
        return f"{self.user} is away from {self.first_day} to {self.last_day}"


class Digest(models.Model):
    """One mail that tells a person of several things, at the time they wanted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    frequency = models.CharField(max_length=6, choices=Frequency.choices)
    slot_at = models.DateTimeField(help_text="The time it was due: each comes once.")
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    message_id = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("user", "frequency", "slot_at", name="one_digest_per_time"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.user}"
