"""What becomes of a notice on its way to its reader."""

from django.db import models


class NoticeState(models.TextChoices):
    """Where a notice is.

    WAITING → SENDING → SENT (the mail server took it) → BOUNCED (it came back later);
    SENDING → REFUSED (the mail server knows no such mailbox) → SENDING, when somebody sends it again;
    SENDING → WAITING (the mail server is away);  WAITING → OBSOLETE (its reader has left);
    WAITING | COLLECTED → FOLDED (a later mail says it);  COLLECTED → SENT | REFUSED, with its digest.
    SILENT is told in the portal alone and stays so.
    """

    WAITING = "WAITING", "Waiting"
    SENDING = "SENDING", "Being sent"
    SENT = "SENT", "Sent"
    REFUSED = "REFUSED", "Refused by the mail server"
    BOUNCED = "BOUNCED", "Came back undelivered"
    OBSOLETE = "OBSOLETE", "Not sent: its reader has left"
    COLLECTED = "COLLECTED", "Waits for the next digest"
    SILENT = "SILENT", "In the portal only"
    FOLDED = "FOLDED", "Told in a later mail"

    @classmethod
    def sendable(cls) -> list["NoticeState"]:
        """The states from which a mail may leave (SENDING: whoever had begun was interrupted)."""
        return [cls.WAITING, cls.SENDING, cls.REFUSED]

    @classmethod
    def failed(cls) -> list["NoticeState"]:
        """The states that mean: this address does not reach anybody."""
        return [cls.REFUSED, cls.BOUNCED]
