"""What a deadline is for, how it ends, and the steps on the way."""

from django.db import models


class DeadlineKind(models.TextChoices):
    """What is waited for."""

    ANSWER = "ANSWER", "An answer to what is asked"
    RECONFIRM = "RECONFIRM", "A word that what was agreed still holds"


class Ending(models.TextChoices):
    """Why a clock does not run any more. Silence is none of them: it never counts as an answer."""

    ANSWERED = "ANSWERED", "Answered"
    CLOSED = "CLOSED", "No answer is needed any more"
    OVERTAKEN = "OVERTAKEN", "Asked again"
    UNDELIVERED = "UNDELIVERED", "The mail reached nobody"


class StepCode(models.TextChoices):
    """The steps, in their order: three to the first contact, then one further up each time."""

    HALF = "HALF", "Half of the time is over"
    NEARLY = "NEARLY", "Nine tenths of the time are over"
    OVERDUE = "OVERDUE", "The deadline has passed"
    BACKUP = "BACKUP", "Second contact"
    BUYER = "BUYER", "Buyer"
    MANAGER = "MANAGER", "Buyer's manager"

    @classmethod
    def to_supplier(cls) -> list["StepCode"]:
        """The steps that the supplier's own people are told of."""
        return [cls.HALF, cls.NEARLY, cls.OVERDUE, cls.BACKUP]


class StepState(models.TextChoices):
    """What became of a step.

    PLANNED → SENT | NOBODY (there was nobody to tell) | SKIPPED (a later one was due as well) | CANCELLED.
    """

    PLANNED = "PLANNED", "Planned"
    SENT = "SENT", "Sent"
    NOBODY = "NOBODY", "Nobody to tell"
    SKIPPED = "SKIPPED", "Left out for a later one"
    CANCELLED = "CANCELLED", "Not needed any more"
