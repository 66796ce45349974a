"""What a policy is about, how its bounds join, how its days count, and what happens beyond them."""

from django.db import models


class Matter(models.TextChoices):
    """What a policy is about."""

    QUANTITY = "QUANTITY", "Quantity"
    PRICE = "PRICE", "Price"
    DATE = "DATE", "Delivery date"
    SPLIT = "SPLIT", "Several deliveries"
    REJECTION = "REJECTION", "Cannot deliver"
    SUBSTITUTE = "SUBSTITUTE", "Another product"
    UNIT = "UNIT", "Another unit or pack"
    PAST = "PAST", "Dates in the past"
    AGAIN = "AGAIN", "Confirm again before delivery"

    @classmethod
    def with_lower(cls) -> set["Matter"]:
        """The matters in which less, earlier or cheaper has a bound."""
        return {cls.QUANTITY, cls.PRICE, cls.DATE, cls.REJECTION, cls.PAST}

    @classmethod
    def with_upper(cls) -> set["Matter"]:
        """The matters in which more, later or dearer has a bound."""
        return {cls.QUANTITY, cls.PRICE, cls.DATE, cls.SPLIT, cls.AGAIN}

    @classmethod
    def with_percent(cls) -> set["Matter"]:
        """The matters whose bounds may be percentages."""
        return {cls.QUANTITY, cls.PRICE, cls.REJECTION}

    @classmethod
    def with_days(cls) -> set["Matter"]:
        """The matters whose bounds are days."""
        return {cls.DATE, cls.PAST, cls.AGAIN}

    @classmethod
    def never_alone(cls) -> set["Matter"]:
        """The matters in which nothing passes by itself: they have no bounds, only yes or no to proposing."""
        return {cls.SUBSTITUTE, cls.UNIT}

    @classmethod
    def without_beyond(cls) -> set["Matter"]:
        """The matters that are not about a deviation: there is no choice of what happens beyond the bound."""
        return {cls.PAST, cls.AGAIN}


class Joined(models.TextChoices):
    """How an amount and a percentage on the same side go together."""

    AND = "AND", "both must hold"
    OR = "OR", "one of them is enough"


class Days(models.TextChoices):
    """Which days are counted."""

    CALENDAR = "CALENDAR", "calendar days"
    COMPANY = "COMPANY", "our working days"
    SUPPLIER = "SUPPLIER", "the supplier's working days"


class Beyond(models.TextChoices):
    """What happens to a deviation outside of the tolerance."""

    BUYER = "BUYER", "the buyer decides"
    REFUSE = "REFUSE", "refused while typing"


class Outcome(models.TextChoices):
    """What becomes of a deviation, the mildest first."""

    PASSES = "PASSES", "accepted by itself"
    NEEDS_BUYER = "NEEDS_BUYER", "needs the buyer"
    REFUSED = "REFUSED", "refused while typing"


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the strictest of several outcomes; none at all passes."""
    order = list(Outcome)
    return max(outcomes, key=order.index, default=Outcome.PASSES)
