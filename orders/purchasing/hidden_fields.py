"""What forms carry without showing it: ids and revisions."""

from uuid import UUID, uuid4

from django.http import QueryDict


def read_integer(data: QueryDict, name: str) -> int | None:
    """Return a whole number that a form carries in a hidden field, None when it is not one."""
    text = str(data.get(name, ""))
    return int(text) if text.isdecimal() and len(text) < 10 else None


def read_id(text: str) -> UUID:
    """Return the id of a form, a fresh one when it carries none."""
    try:
        return UUID(text)
    except ValueError:
        return uuid4()
