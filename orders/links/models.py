"""Links to orders that went out by mail, what became of them, and the codes that confirm a device."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from orders.links.lifecycle import Cause
from orders.purchasing.models import PurchaseOrder
from suppliers.tenancy import TenantQuerySet, TenantRow


class AnswerLink(TenantRow):
    """A link to one revision of one order for one reader: somebody who works for the supplier, or is invited.

    ``digest`` is all that is kept of the link itself (see orders/links/tokens.py).
    """

    order = models.ForeignKey(PurchaseOrder, on_delete=models.CASCADE, related_name="links")
    revision = models.PositiveIntegerField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    invitation = models.ForeignKey(
        "people.Invitation", on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(help_text="Where it was sent.")
    digest = models.CharField(max_length=64, unique=True)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Opened on a device that had proved to read the mailbox.
    opened = models.PositiveIntegerField(default=0)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    last_opened_at = models.DateTimeField(null=True, blank=True)
    # Looked at, and nothing more: a person who did not go on, or a mail scanner.
    glances = models.PositiveIntegerField(default=0)
    last_glance_at = models.DateTimeField(null=True, blank=True)
    # Fetched by something that says of itself that nobody is looking.
    scans = models.PositiveIntegerField(default=0)
    last_scan_at = models.DateTimeField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0, help_text="Answers given through it.")
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="link_has_a_reader", condition=Q(user__isnull=False) | Q(invitation__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["email", "issued_at"], name="links_to_an_address")]

    def __str__(self) -> str:
        return f"{self.order} revision {self.revision} → {self.email}"


class LinkCode(TenantRow):
    """A code sent to the address of a link. Stored as a keyed digest: it is too short for a plain one."""

    link = models.ForeignKey(AnswerLink, on_delete=models.CASCADE, related_name="codes")
    email = models.EmailField()
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)

    objects = TenantQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["email", "sent_at"], name="codes_to_an_address")]

    def __str__(self) -> str:
        return f"Code for {self.link}"
