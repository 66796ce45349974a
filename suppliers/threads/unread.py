"""How many conversations somebody has not read: shown on every page, so remembered for some seconds."""

from django.core.cache import caches

from suppliers.people.models import User
from suppliers.threads.listing import count_unread

MOST = 100
_SECONDS = 20


def unread_of(user: User) -> int:
    """Return the number of unread conversations, at most twenty seconds old and at most MOST."""
    key = _key(user)
    found: int | None = caches["pages"].get(key)
    if found is None:
        found = count_unread(user, most=MOST)
        caches["pages"].set(key, found, _SECONDS)
    return found


def forget_unread(user: User) -> None:
    """Count afresh: this person has just read or written something."""
    caches["pages"].delete(_key(user))


def _key(user: User) -> str:
    return f"unread:{user.pk}"
