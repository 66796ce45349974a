"""The states of a job and of the orders in it, and what is said of each line before and after."""

from django.db import models

from orders.purchasing.preview import Outcome


class Operation(models.TextChoices):
    """What a job does to its lines."""

    CONFIRM = "CONFIRM", "Confirm as asked"
    SHIFT = "SHIFT", "Shift dates"
    DECLINE = "DECLINE", "Cannot deliver"
    SHEET = "SHEET", "Spreadsheet"


class JobState(models.TextChoices):
    """Where a job is: PREVIEW → WORKING → DONE. A preview nobody sends is forgotten after a day."""

    PREVIEW = "PREVIEW", "Not sent yet"
    WORKING = "WORKING", "Being sent"
    DONE = "DONE", "Done"


class OrderWork(models.TextChoices):
    """Whether an order of a job was dealt with."""

    WAITING = "WAITING", "Waiting"
    DONE = "DONE", "Done"
    FAILED = "FAILED", "Failed"


class Forecast(models.TextChoices):
    """What the preview says of a line."""

    AGREED = Outcome.AGREED.value, "As asked"
    PASSES = Outcome.PASSES.value, "Within the tolerance"
    NEEDS_BUYER = Outcome.NEEDS_BUYER.value, "Needs the buyer"
    MOVED = "MOVED", "Changed meanwhile"
    REFUSED = Outcome.REFUSED.value, "Cannot be sent"
    LEFT_OUT = "LEFT_OUT", "Nothing to do"

    @classmethod
    def sent(cls) -> list["Forecast"]:
        """The forecasts of lines that are sent."""
        return [cls.AGREED, cls.PASSES, cls.NEEDS_BUYER]


class Result(models.TextChoices):
    """What became of a line."""

    WAITING = "WAITING", "Waiting"
    AGREED = "AGREED", "Agreed"
    WITH_BUYER = "WITH_BUYER", "With the buyer"
    MOVED = "MOVED", "Changed meanwhile"
    REFUSED = "REFUSED", "Not sent"
    FAILED = "FAILED", "Failed"
    LEFT_OUT = "LEFT_OUT", "Nothing to do"
