"""Reading the whole numbers that addresses and forms carry: ids, revisions, places in a list."""

# As many digits as every id of PostgreSQL may have, and none more: longer ones would not fit.
_MOST_DIGITS = 18


def whole_number(text: str | None) -> int | None:
    """Return a whole number, not negative; None for anything else, and for what no row could have."""
    return int(text) if text and text.isdecimal() and len(text) <= _MOST_DIGITS else None
