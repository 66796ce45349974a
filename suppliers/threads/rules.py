"""What holds for messages: how long, how many, until when; whom a text mentions. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

LONGEST = 10_000
MOST_FILES = 5
EDIT_WINDOW = timedelta(minutes=10)
# Messages within this time after the first untold one go into one mail.
BURST = timedelta(minutes=3)

_LINE_BREAKS = re.compile(r"\r\n?")
_MANY_BLANKS = re.compile(r"\n{4,}")
# Control characters, and those that turn the direction of a text round to make it read as something else.
_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """Return a text as it is kept: line breaks of one kind, no invisible characters, no empty ends."""
    text = _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text))
    return _MANY_BLANKS.sub("\n\n\n", text).strip()


def mentioned_in(text: str, people: Mapping[int, str]) -> list[int]:
    """Return who of *people* (name by id) is named in a text as "@Name", whatever the case.

    The longest name wins: "@Ann Lee" is not "@Ann".
    """
    found = []
    lower = text.casefold()
    for pk, name in sorted(people.items(), key=lambda item: -len(item[1])):
        word = f"@{name.casefold()}"
        if name and re.search(rf"{re.escape(word)}(?!\w)", lower):
            found.append(pk)
            lower = lower.replace(word, "@")
    return sorted(found)


def may_still_edit(written_at: datetime, now: datetime) -> bool:
    """Whether a message is young enough to be edited by its author."""
    return now - written_at < EDIT_WINDOW
