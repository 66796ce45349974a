"""Where a receipt is: value and label in one place."""

from django.db.models import TextChoices


class ReceiptState(TextChoices):
    """Odoo's states in the portal's words: draft, waiting and ready are all still expected."""

    EXPECTED = "EXPECTED", "Expected"
    DONE = "DONE", "Received"
    CANCELLED = "CANCELLED", "Cancelled"
