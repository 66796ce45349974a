"""Mail to one person each: written with the action that caused it, sent afterwards by the outbox."""

from django.conf import settings
from django.db import models

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
    subject = models.CharField(max_length=250)
    text = models.TextField()
    html = models.TextField()
    # A link that opens a door (an invitation) is kept encrypted and put in place only while sending.
    sealed_link = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("key", "to_email", name="one_notice_per_key_and_person"),
            at_least_one_side("notice_has_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to_email}"
