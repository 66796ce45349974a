"""The outbox table: what other systems must still be told, and what came of it."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class Status(models.TextChoices):
    """Where a message is.  PENDING → SENDING (leased) → DELIVERED, or PARKED, or OBSOLETE."""

    PENDING = "PENDING", "Waiting"
    SENDING = "SENDING", "Being sent"
    DELIVERED = "DELIVERED", "Delivered"
    PARKED = "PARKED", "Needs attention"
    OBSOLETE = "OBSOLETE", "No longer needed"


# A message in one of these states still stands before its followers in the same document.
OPEN = [Status.PENDING, Status.SENDING, Status.PARKED]


class OutboxMessage(models.Model):
    """One thing another system must be told, exactly once, in order within its document.

    Order is the order of ids, so the actions of one document enqueue while they hold the document's row:
    otherwise a lower id could be committed after a higher one.
    """

    topic = models.CharField(max_length=80)
    # Carries the document's revision and round: a double click is one message, a second answer a second one.
    key = models.CharField(max_length=200)
    document = models.CharField(max_length=120, help_text="Messages of one document are delivered in order.")
    destination = models.CharField(max_length=120, help_text="odoo:<connection id>, mail, …")
    queue = models.CharField(max_length=20, default="default")
    payload = models.JSONField(encoder=DjangoJSONEncoder)
    correlation_id = models.CharField(max_length=40, blank=True)

    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.PENDING, db_default=Status.PENDING
    )
    attempts = models.PositiveIntegerField(default=0, db_default=0, help_text="Since it was last sent again.")
    # Empty rather than "now", so that the clocks of web and worker need not agree for the first attempt.
    due_at = models.DateTimeField(null=True, blank=True, help_text="Not before; empty: at once.")
    wake_at = models.DateTimeField(db_default=Now(), help_text="When the sweep wakes a worker for it again.")
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, help_text="Whoever holds it may mark the outcome.")
    created_at = models.DateTimeField(db_default=Now())
    first_sent_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    fault_class = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True, help_text="The sentence for a person.")
    detail = models.TextField(blank=True, help_text="The technical text, folded behind it.")
    result = models.JSONField(null=True, blank=True, help_text="What was read back.")
    history = models.JSONField(
        default=list, help_text="What people did with it: [{at, by, did, reason, attempts}, …]"
    )
    # What went wrong last, kept when a later attempt passes: the exception queue tells of it afterwards.
    troubled_at = models.DateTimeField(null=True, blank=True, help_text="When it first failed.")
    trouble = models.TextField(
        blank=True, default="", db_default="", help_text="The last reason it did not pass."
    )
    trouble_class = models.CharField(max_length=20, blank=True, default="", db_default="")
    # People are plain values here: this wing does not know who they are.
    assigned_to_id = models.BigIntegerField(null=True, blank=True, help_text="Who looks after it.")
    assigned_to_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    snoozed_until = models.DateTimeField(null=True, blank=True, help_text="Out of sight until then.")
    proposed_edit = models.JSONField(
        null=True,
        blank=True,
        help_text="A change that waits for a second person: {by_id, by, at, reason, payload, changes}.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint("topic", "key", name="one_message_per_key"),
            models.CheckConstraint(name="known_outbox_status", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="sending_means_leased",
                condition=Q(status="SENDING", leased_until__isnull=False, lease__isnull=False)
                | (~Q(status="SENDING") & Q(leased_until__isnull=True, lease__isnull=True)),
            ),
            models.CheckConstraint(
                name="parked_has_a_reason",
                condition=~Q(status="PARKED") | (~Q(reason="") & Q(parked_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="delivered_has_a_time",
                condition=Q(status="DELIVERED", delivered_at__isnull=False)
                | (~Q(status="DELIVERED") & Q(delivered_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(
                F("wake_at"), name="outbox_wake", condition=Q(status__in=[Status.PENDING, Status.SENDING])
            ),
            models.Index(fields=["document", "id"], name="outbox_open", condition=Q(status__in=OPEN)),
            models.Index(fields=["document", "delivered_at"], name="outbox_document"),
            models.Index(
                fields=["correlation_id"], name="outbox_correlation", condition=~Q(correlation_id="")
            ),
            # The exception queue, newest first: of millions delivered only what ever failed is in it.
            models.Index(
                fields=["destination", "-id"], name="outbox_trouble", condition=Q(troubled_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"

    @property
    def is_first_attempt(self) -> bool:
        """Whether no handler has ever had the message before; handed back untried, one had it."""
        return self.attempts == 1 and self.first_sent_at == self.last_sent_at
