"""Threads on a subject, their messages and files, and who has read up to where."""

from typing import Any, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from suppliers.people.models import BuyerCompany, Supplier, User
from suppliers.tenancy import SidedRow, TenantQuerySet, at_least_one_side
from suppliers.threads.lifecycle import Audience, FileState, Side, Way
from suppliers.threads.querysets import ThreadQuerySet

_SIDES_OF = (
    Q(audience=Audience.SHARED, supplier__isnull=False, company__isnull=False)
    | Q(audience=Audience.BUYER, supplier__isnull=True, company__isnull=False)
    | Q(audience=Audience.SUPPLIER, supplier__isnull=False, company__isnull=True)
)


class Thread(SidedRow):
    """What is said about one subject, between both sides or within one of them.

    ``supplier`` and ``company`` say who may see it: an internal thread has only one of them, and so has
    everything that hangs on it. That is what keeps notes from the other side: the same door and the same
    wall as for any other row, with no exception anywhere.
    """

    # "purchaseorderline" and its primary key; the document is the row on whose page it stands.
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    document_type = models.CharField(max_length=40)
    document_id = models.BigIntegerField()
    audience = models.CharField(max_length=10, choices=Audience.choices)
    title = models.CharField(max_length=200, help_text="Order P00042, line 3 (FST-1)")
    # Between whom the subject is, whoever may see the thread: for names, never for access.
    about_supplier = models.ForeignKey(Supplier, on_delete=models.PROTECT, related_name="+")
    about_company = models.ForeignKey(BuyerCompany, on_delete=models.PROTECT, related_name="+")
    waiting_for = models.CharField(max_length=10, choices=Side.choices, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    message_count = models.PositiveIntegerField(default=0)
    last_message_id = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(null=True, blank=True)
    last_by_name = models.CharField(max_length=150, blank=True)
    # Mail about a burst of messages: when it is due, and up to which message people were told.
    tell_at = models.DateTimeField(null=True, blank=True)
    told_id = models.BigIntegerField(default=0)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("subject_type", "subject_id", "audience", name="one_thread_per_audience"),
            models.CheckConstraint(name="thread_sides_fit_the_audience", condition=_SIDES_OF),
            models.CheckConstraint(
                name="only_shared_threads_wait",
                condition=Q(waiting_for="") | Q(audience=Audience.SHARED, waiting_since__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["supplier", "-last_message_id"], name="thread_list_supplier"),
            models.Index(fields=["company", "-last_message_id"], name="thread_list_company"),
            models.Index(fields=["document_type", "document_id"], name="thread_of_document"),
            models.Index(fields=["tell_at"], name="thread_to_tell", condition=Q(tell_at__isnull=False)),
            models.Index(
                fields=["supplier", "waiting_for"],
                name="thread_waiting_supplier",
                condition=~Q(waiting_for=""),
            ),
            models.Index(
                fields=["company", "waiting_for"], name="thread_waiting_company", condition=~Q(waiting_for="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: internal notes" if self.is_internal else self.title

    @property
    def is_internal(self) -> bool:
        """Whether only one side may see it."""
        return self.audience != Audience.SHARED

    @property
    def sides(self) -> dict[str, Any]:
        """The two fields that say who may see it, for the rows that hang on it."""
        return {"supplier_id": self.supplier_id, "company_id": self.company_id}


class Message(SidedRow):
    """One message. It is never deleted: edits are kept, and a redaction leaves its place behind."""

    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=10, choices=Side.choices, help_text="Who wrote it.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    by_name = models.CharField(max_length=150, help_text="As it was then; also for Odoo's users.")
    way = models.CharField(max_length=10, choices=Way.choices, default=Way.WEB)
    at = models.DateTimeField()
    text = models.TextField(blank=True)
    mentioned_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # The form carries it: the same form sent twice is one message.
    submission = models.UUIDField(null=True, blank=True, unique=True)
    # What came from elsewhere comes once: "mail:<…>", "odoo:3:1234".
    external_key = models.CharField(max_length=250, null=True, blank=True, unique=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    redacted_at = models.DateTimeField(null=True, blank=True)
    redacted_by_name = models.CharField(max_length=150, blank=True)
    redaction_reason = models.CharField(max_length=500, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            at_least_one_side("message_has_a_side"),
            models.CheckConstraint(
                name="redacted_says_nothing", condition=Q(redacted_at__isnull=True) | Q(text="")
            ),
        ]
        indexes = [models.Index(fields=["thread", "id"], name="message_of_thread")]

    def __str__(self) -> str:
        return f"{self.by_name}, {self.at:%Y-%m-%d %H:%M}"

    @property
    def is_internal(self) -> bool:
        """Whether only one side may see it."""
        return self.supplier_id is None or self.company_id is None

    @property
    def sides(self) -> dict[str, Any]:
        """The two fields that say who may see it, for the rows that hang on it."""
        return {"supplier_id": self.supplier_id, "company_id": self.company_id}


class MessageEdit(SidedRow):
    """What a message said before it was edited."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="edits")
    at = models.DateTimeField(help_text="Until when it said so.")
    text = models.TextField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [at_least_one_side("message_edit_has_a_side")]

    def __str__(self) -> str:
        return f"{self.message_id} until {self.at:%H:%M}"


class Attachment(SidedRow):
    """A file on a message. Its bytes stand apart, so that no list of messages reads them."""

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=150)
    mime = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=FileState.choices)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it was refused.")

    objects = TenantQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            at_least_one_side("attachment_has_a_side"),
            models.CheckConstraint(name="known_file_state", condition=Q(state__in=FileState.values)),
        ]

    def __str__(self) -> str:
        return self.name


class AttachmentContent(SidedRow):
    """The bytes of a file, behind the same wall as the message they came with."""

    attachment = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="content")
    data = models.BinaryField()

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [at_least_one_side("attachment_content_has_a_side")]

    def __str__(self) -> str:
        return f"{self.attachment_id}"


class ReadMarkQuerySet(models.QuerySet["ReadMark"]):
    """How far people have read."""

    def visible_to(self, user: User) -> Self:
        """One's own only."""
        return self.filter(user=user)


class ReadMark(models.Model):
    """The last message of a thread that a person has seen."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="marks")
    message_id = models.BigIntegerField()

    objects = ReadMarkQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("user", "thread", name="one_mark_per_reader")]

    def __str__(self) -> str:
        return f"{self.user_id} read {self.thread_id} up to {self.message_id}"


class ChatterSharing(SidedRow):
    """What of a company's threads its Odoo is told beyond the shared messages. Without a row: nothing."""

    internal_notes = models.BooleanField(
        "internal notes go to Odoo",
        default=False,
        help_text="The buyer's internal notes also become notes on the order in Odoo.",
    )

    objects = TenantQuerySet.as_manager()

    class Meta:
        verbose_name = "sharing with Odoo's chatter"
        verbose_name_plural = "sharing with Odoo's chatter"
        constraints = [
            models.UniqueConstraint("company", name="one_chatter_sharing_per_company"),
            models.CheckConstraint(
                name="chatter_sharing_is_a_companys",
                condition=Q(company__isnull=False, supplier__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company}: {'internal notes too' if self.internal_notes else 'shared messages only'}"
