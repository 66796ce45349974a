"""The append-only record of what happened to tenant rows."""

from django.conf import settings
from django.db import models

from suppliers.tenancy import SidedRow, TenantQuerySet, at_least_one_side


class Channel(models.TextChoices):
    """The way in which something reached the portal."""

    WEB = "WEB", "Web"
    LINK = "LINK", "E-mail link"
    ODOO = "ODOO", "Odoo"
    SHEET = "SHEET", "Spreadsheet"
    SYSTEM = "SYSTEM", "Portal"


# The verb of entries that keep a record of what had been agreed: for verifying it, not for the timeline.
RECORD_KEPT = "record.kept"


class JournalEntry(SidedRow):
    """One thing that happened: who, to what, from what to what, why, by which way in.

    Rows are never changed or deleted: triggers on the table refuse UPDATE, DELETE and TRUNCATE.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    actor_name = models.CharField(max_length=200, help_text="As it was then; also for Odoo's users.")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    # "purchase_order" and its primary key: what the timeline of a page is made of.
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    verb = models.CharField(max_length=60, help_text="What happened: order.acknowledged, line.declined, …")
    sentence = models.TextField(help_text="For people, as shown on the timeline.")
    changes = models.JSONField(default=list, help_text='[{"what", "old", "new"}, …]')
    reason = models.TextField(blank=True)
    correlation_id = models.CharField(max_length=40, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "journal entries"
        constraints = [at_least_one_side("journal_entry_has_a_side")]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="journal_of_subject"),
            models.Index(fields=["correlation_id"], name="journal_of_correlation"),
        ]

    def __str__(self) -> str:
        return self.sentence
