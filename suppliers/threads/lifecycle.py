"""Who writes, for whom, by which way, and what has become of a file: values and labels in one place."""

from django.db.models import TextChoices


class Side(TextChoices):
    """The side somebody writes for."""

    BUYER = "BUYER", "Buyer"
    SUPPLIER = "SUPPLIER", "Supplier"

    @property
    def other(self) -> "Side":
        """The side across the table."""
        return Side.SUPPLIER if self is Side.BUYER else Side.BUYER


class Audience(TextChoices):
    """Who may ever see a thread; one for a single side has no other side, for any door or wall."""

    SHARED = "SHARED", "Both sides"
    BUYER = "BUYER", "Internal notes of the buyer"
    SUPPLIER = "SUPPLIER", "Internal notes of the supplier"


class Way(TextChoices):
    """The way a message came."""

    WEB = "WEB", "Web"
    MAIL = "MAIL", "E-mail"
    ODOO = "ODOO", "Odoo"


class FileState(TextChoices):
    """Where an attached file is.  WAITING (for the scanner) → READY or REFUSED; any of them → REDACTED."""

    WAITING = "WAITING", "Being checked"
    READY = "READY", "Ready"
    REFUSED = "REFUSED", "Refused"
    REDACTED = "REDACTED", "Removed"
