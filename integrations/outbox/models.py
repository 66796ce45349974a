"""The outbox table: what other systems must still be told, and what came of it."""

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

    @classmethod
    def open(cls) -> list["Status"]:
        """The states in which a message still stands before its followers."""
        return [cls.PENDING, cls.SENDING, cls.PARKED]


class OutboxMessage(models.Model):
    """One thing another system must be told, exactly once, in order within its document."""

    topic = models.CharField(max_length=80)
    # Carries the document's revision and round: a double click is one message, a second answer a second one.
    key = models.CharField(max_length=200)
    document = models.CharField(max_length=120, help_text="Messages of one document are delivered in order.")
    destination = models.CharField(max_length=120, help_text="odoo:<connection id>, mail, …")
    queue = models.CharField(max_length=20, default="default")
    payload = models.JSONField()
    correlation_id = models.CharField(max_length=40, blank=True)

    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.PENDING, db_default=Status.PENDING
    )
    attempts = models.PositiveIntegerField(default=0, db_default=0)
    due_at = models.DateTimeField(db_default=Now(), help_text="Not before.")
    leased_until = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, help_text="Whoever holds it may mark the outcome.")
    created_at = models.DateTimeField(db_default=Now())
    first_sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    fault_class = models.CharField(max_length=20, blank=True)
    reason = models.TextField(blank=True, help_text="The sentence for a person.")
    detail = models.TextField(blank=True, help_text="The technical text, folded behind it.")
    result = models.JSONField(null=True, blank=True, help_text="What was read back.")

    class Meta:
        constraints = [
            models.UniqueConstraint("topic", "key", name="one_message_per_key"),
            models.CheckConstraint(name="known_outbox_status", condition=Q(status__in=Status.values)),
            models.CheckConstraint(
                name="sending_means_leased", condition=~Q(status="SENDING") | Q(leased_until__isnull=False)
            ),
        ]
        indexes = [
            models.Index(F("due_at"), name="outbox_due", condition=Q(status__in=["PENDING", "SENDING"])),
            models.Index(
                fields=["document", "id"],
                name="outbox_of_document",
                condition=~Q(status__in=["DELIVERED", "OBSOLETE"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
