"""What can be decided about many proposals at once."""

from django.db import models


class Verb(models.TextChoices):
    """What a buyer decides."""

    APPROVE = "APPROVE", "Approve"
    DECLINE = "DECLINE", "Decline"
