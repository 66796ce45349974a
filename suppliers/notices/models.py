"""Mail to one person each: written with the action that caused it, sent afterwards by the outbox."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from suppliers.notices.lifecycle import NoticeState
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
