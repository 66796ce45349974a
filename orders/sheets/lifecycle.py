"""What a line of a sheet says, once it is held against the order."""

from django.db import models


class Kind(models.TextChoices):
    """How the rows of one line are understood. Rows nobody touched say nothing."""

    UNCHANGED = "UNCHANGED", "Left as it was"
    ACCEPTED = "ACCEPTED", "Confirmed as asked"
    PROPOSED = "PROPOSED", "Change proposed"
    SPLIT = "SPLIT", "Split"
    DECLINED = "DECLINED", "Cannot deliver"
    CONFLICT = "CONFLICT", "Changed meanwhile"
    WRONG = "WRONG", "To be put right"
    UNKNOWN = "UNKNOWN", "No such line"
