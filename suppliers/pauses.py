"""Until when people put something off: a few moments everybody means, in the reader's time zone."""

from datetime import datetime, timedelta

CHOICES = {
    "hour": "For an hour",
    "tomorrow": "Until tomorrow, 08:00",
    "monday": "Until Monday, 08:00",
    "month": "For four weeks",
}
_MORNING = 8


def until(choice: str, *, now: datetime) -> datetime | None:
    """Return the moment a choice means, None for one that is not offered.

    *now* is in the reader's time zone: tomorrow begins at their eight o'clock. Whole minutes, so that a
    double click means one moment.
    """
    minute = now.replace(second=0, microsecond=0)
    morning = minute.replace(hour=_MORNING, minute=0)
    match choice:
        case "hour":
            return minute + timedelta(hours=1)
        case "tomorrow":
            return morning + timedelta(days=1)
        case "monday":
            return morning + timedelta(days=7 - now.weekday())
        case "month":
            return morning + timedelta(weeks=4)
    return None
