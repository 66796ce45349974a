"""Sessions in the database, as Django keeps them; read on every request, so with a prepared query."""

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from suppliers.prepared import prepared


class SessionStore(db.SessionStore):
    """What SESSION_ENGINE names."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds. A key that is unknown or too old is not taken over."""
        found = _open_session(self.session_key, timezone.now()) if self.session_key else []
        if not found:
            self._session_key = None
            return {}
        return self.decode(found[0][0])


@prepared
def _open_session(key: str, now: datetime) -> QuerySet[Session, tuple[str]]:
    return Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data")
