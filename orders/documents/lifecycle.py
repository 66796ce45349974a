"""Where the making of a ZIP is."""

from django.db import models


class ZipState(models.TextChoices):
    """WAITING → DONE | FAILED. A ZIP is forgotten a day after it was asked for."""

    WAITING = "WAITING", "Being made"
    DONE = "DONE", "Ready"
    FAILED = "FAILED", "Failed"
