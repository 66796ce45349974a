"""The address at which an Odoo may tell that something changed there."""

from django.db import models

from integrations.odoo.models import OdooConnection


class Hook(models.Model):
    """One Odoo's way to hint. Its secret is part of the address; only a digest of it is kept."""

    connection = models.OneToOneField(OdooConnection, on_delete=models.CASCADE, related_name="hook")
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the secret.")
    made_at = models.DateTimeField(editable=False)
    last_hint_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The poll that was asked for last: hints that come before it begins are covered by it.
    poll_due_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"Webhook of {self.connection}"
