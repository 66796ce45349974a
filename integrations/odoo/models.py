"""Odoo servers we talk to, and how far we have read each of them."""

from typing import ClassVar

from django.db import models

from integrations.odoo.secrets import decrypt, encrypt


class OdooConnection(models.Model):
    """One Odoo database and the user we are there. The API key is encrypted at rest and never shown again."""

    name = models.CharField(max_length=100, unique=True)
    url = models.URLField(help_text="https://odoo.example.com")
    database = models.CharField(max_length=100)
    login = models.CharField(max_length=150)
    encrypted_api_key = models.TextField(blank=True, editable=False)
    confirms_rfqs = models.BooleanField(
        "confirm RFQs on acceptance",
        default=False,
        help_text="When a supplier accepts a request for quotation as it is, confirm it in Odoo.",
    )
    is_active = models.BooleanField(default=True, help_text="Switched off, nothing is read or written.")
    # What the last ping found; kept so that the page need not ask Odoo.
    version = models.CharField(max_length=20, blank=True, editable=False)
    protocol = models.CharField(max_length=20, blank=True, editable=False)
    key_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_fault = models.TextField(blank=True, editable=False)
    # {"user", "companies", "may": {words: bool}, "missing_fields", "warnings"}
    findings = models.JSONField(default=dict, blank=True, editable=False)
    test_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    tested_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Whoever holds the lease reads the change feed; it runs out when its holder dies.
    feed_lease = models.UUIDField(null=True, blank=True, editable=False)
    feed_leased_until = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "Odoo connection"
        constraints: ClassVar = [
            models.CheckConstraint(
                name="feed_lease_has_an_end",
                condition=models.Q(feed_lease__isnull=True) | models.Q(feed_leased_until__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_being_tested(self) -> bool:
        """Whether a test was asked for that has no result yet."""
        return self.test_asked_at is not None and (
            self.tested_at is None or self.tested_at < self.test_asked_at
        )

    @property
    def api_key(self) -> str:
        """The key in clear, for the wire only. Raises KeyUnreadable when no known key decrypts it."""
        return decrypt(self.encrypted_api_key)

    @api_key.setter
    def api_key(self, clear: str) -> None:
        self.encrypted_api_key = encrypt(clear)


class FeedCursor(models.Model):
    """How far the change feed has read one model of one connection: all before (write_date, id) is known."""

    connection = models.ForeignKey(OdooConnection, on_delete=models.CASCADE, related_name="cursors")
    model = models.CharField(max_length=60)
    write_date = models.DateTimeField(null=True, blank=True)
    last_id = models.PositiveIntegerField(default=0)
    polled_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True, help_text="When a poll last found something.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("connection", "model", name="one_cursor_per_model")]

    def __str__(self) -> str:
        return f"{self.connection} {self.model} up to {self.write_date} #{self.last_id}"


class ImportRun(models.Model):
    """A first import: how much there is and how much is done, for the progress bar."""

    connection = models.ForeignKey(OdooConnection, on_delete=models.CASCADE, related_name="imports")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # Orders up to this id are in: an import that died goes on from here.
    last_id = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    fault = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.connection}: {self.done} of {self.total}"
