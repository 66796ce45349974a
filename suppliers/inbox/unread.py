"""How much the bell has that somebody has not read: on every page, so remembered for some seconds."""

from django.core.cache import cache
from django.db.models import QuerySet

from suppliers.notices.models import Notice
from suppliers.people.models import User
from suppliers.prepared import prepared
from suppliers.tenancy import Viewer

MOST = 100
_SECONDS = 20


def unread_notices(user: User) -> int:
    """Return how many there are, at most twenty seconds old and at most MOST."""
    found: int | None = cache.get(_key(user))
    if found is None:
        found = len(_unread(user, user.pk))
        cache.set(_key(user), found, _SECONDS)
    return found


def forget_unread(user: User) -> None:
    """Count afresh: this person has just read something."""
    cache.delete(_key(user))


@prepared
def _unread(viewer: Viewer, user_id: int) -> QuerySet[Notice, tuple[int]]:
    rows = Notice.objects.visible_to(viewer).filter(to_user=user_id, in_app=True, read_at=None)
    return rows.order_by().values_list("pk")[:MOST]


def _key(user: User) -> str:
    return f"bell:{user.pk}"
