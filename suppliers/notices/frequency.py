"""How often people want mail of each kind, and what is recommended. Pure."""

from collections.abc import Mapping

from django.db import models

from suppliers.notices.events import Kind


class Frequency(models.TextChoices):
    """When a mail goes out: at once, with others at its time, or not at all."""

    LIVE = "LIVE", "At once"
    HOURLY = "HOURLY", "Every hour"
    DAILY = "DAILY", "Every working morning"
    WEEKLY = "WEEKLY", "Every week"
    NEVER = "NEVER", "Never"

    @classmethod
    def collected(cls) -> list["Frequency"]:
        """Those that wait for a digest."""
        return [cls.HOURLY, cls.DAILY, cls.WEEKLY]


_ANY = tuple(Frequency)
# A reminder that comes a week later reminds of nothing.
_SOON = (Frequency.LIVE, Frequency.HOURLY, Frequency.DAILY, Frequency.NEVER)

_CHOICES: Mapping[Kind, tuple[Frequency, ...]] = {
    Kind.REMINDERS: _SOON,
    Kind.ESCALATIONS: _SOON,
    # Whoever takes over an account would turn these off first.
    Kind.ACCOUNT: (Frequency.LIVE,),
}


def choices_for(kind: Kind) -> tuple[Frequency, ...]:
    """Return how often mail of a kind may come."""
    return _CHOICES.get(kind, _ANY)


def recommended(kind: Kind) -> Frequency:
    """Return what holds for those who have chosen nothing."""
    return Frequency.LIVE
