"""Odoo servers we talk to, how far we have read each of them, and how the calls went."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
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
    calls_per_second = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0.1)],
        help_text="At most so many, over all processes; empty: no limit. Odoo Online asks for about one.",
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
    """How far the change feed has read one model of one connection: all up to (write_date, id) is known."""

    connection = models.ForeignKey(OdooConnection, on_delete=models.CASCADE, related_name="cursors")
    model = models.CharField(max_length=60)
    write_date = models.DateTimeField(null=True, blank=True)
    last_id = models.PositiveIntegerField(default=0)
    polled_at = models.DateTimeField(null=True, blank=True)
    advanced_at = models.DateTimeField(null=True, blank=True, help_text="When the position last moved.")
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


class Circuit(models.TextChoices):
    """Whether calls go through.  CLOSED → OPEN (nobody calls) → HALF_OPEN (one tries) → CLOSED or OPEN."""

    CLOSED = "CLOSED", "Reachable"
    OPEN = "OPEN", "Away"
    HALF_OPEN = "HALF_OPEN", "Being tried"


class CircuitState(models.Model):
    """The circuit breaker of one connection, shared by all processes; a connection without a row is closed.

    A pause by an administrator stands beside the state: whoever resumes finds it as it was.
    """

    connection = models.OneToOneField(
        OdooConnection, on_delete=models.CASCADE, primary_key=True, related_name="circuit"
    )
    state = models.CharField(
        max_length=10, choices=Circuit.choices, default=Circuit.CLOSED, db_default=Circuit.CLOSED
    )
    failures = models.PositiveIntegerField(default=0, db_default=0, help_text="In a row.")
    openings = models.PositiveIntegerField(default=0, db_default=0, help_text="In a row; each waits longer.")
    last_failed_at = models.DateTimeField(null=True, blank=True)
    last_fault = models.TextField(blank=True, default="", db_default="")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="Since when nothing goes through.")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="When one call may try again.")
    paused_by = models.CharField(max_length=200, blank=True, default="", db_default="")
    paused_at = models.DateTimeField(null=True, blank=True)
    pause_reason = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="known_circuit_state", condition=models.Q(state__in=["CLOSED", "OPEN", "HALF_OPEN"])
            ),
            models.CheckConstraint(
                name="open_circuit_has_times",
                condition=models.Q(state="CLOSED")
                | models.Q(opened_at__isnull=False, retry_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}: {self.get_state_display()}"


class CallAllowance(models.Model):
    """From when on one connection may be called again: the rate limit all processes share.

    Work that may wait has a second, slower clock, so that a share of the calls is left for the rest.
    """

    connection = models.OneToOneField(
        OdooConnection, on_delete=models.CASCADE, primary_key=True, related_name="allowance"
    )
    next_at = models.DateTimeField()
    yielding_next_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.connection_id}: next call at {self.next_at}"


class CallMinute(models.Model):
    """The calls of one connection, method and outcome in one minute; written by metering alone."""

    connection = models.ForeignKey(OdooConnection, on_delete=models.CASCADE, related_name="+")
    minute = models.DateTimeField()
    model_method = models.CharField(max_length=100, help_text="purchase.order.write, common.login, version.")
    outcome = models.CharField(max_length=20, help_text='"ok" or the class of the fault.')
    calls = models.PositiveIntegerField()
    errors = models.PositiveIntegerField(help_text="All of the calls, or none: the outcome decides.")
    total_ms = models.FloatField()
    buckets = ArrayField(models.PositiveIntegerField(), help_text="How many took how long: metering.BOUNDS.")
    last_at = models.DateTimeField(help_text="When the last of them was answered.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "connection", "minute", "model_method", "outcome", name="one_row_per_minute_and_method"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["minute"], name="call_minute")]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.minute:%Y-%m-%d %H:%M} {self.model_method} {self.outcome}"


class CallTotal(models.Model):
    """All calls of one connection and outcome there ever were: counters that only grow, for monitoring."""

    connection = models.ForeignKey(OdooConnection, on_delete=models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=20)
    calls = models.PositiveBigIntegerField()
    total_ms = models.FloatField()
    buckets = ArrayField(models.PositiveBigIntegerField())
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("connection", "outcome", name="one_total_per_outcome")
        ]

    def __str__(self) -> str:
        return f"{self.connection_id} {self.outcome}: {self.calls}"
