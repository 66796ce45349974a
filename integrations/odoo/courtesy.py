"""Reading the whole of an Odoo lets people go first: it waits while a page is asked for or an action sent."""

import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection as database

from integrations.priority import BULK, is_yielding

# One step of the reading, a page of a few hundred rows, waits no longer: it goes on beside any traffic.
MOST_SECONDS = 0.5
_LOOK_SECONDS = 0.02

# A web process holds a transaction from a request's first question to its answer.
_UNDER_WAY = """
SELECT EXISTS (SELECT FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = %(web)s AND xact_start IS NOT NULL)
    OR EXISTS (SELECT FROM outbox_outboxmessage
                WHERE status IN ('PENDING', 'SENDING') AND queue <> %(bulk)s
                  AND (due_at IS NULL OR due_at <= now()))
"""


def let_people_go_first(*, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Wait until nothing is under way for a person, for MOST_SECONDS at most; only work that yields does.

    Returns whether somebody was met. Where PostgreSQL does not show what other sessions do (another role, a
    pooler), only messages count.
    """
    if not is_yielding() or not _somebody_waits():
        return False
    for _ in range(round(MOST_SECONDS / _LOOK_SECONDS)):
        sleep(_LOOK_SECONDS)
        if not _somebody_waits():
            break
    return True


def _somebody_waits() -> bool:
    with database.cursor() as cursor:
        cursor.execute(_UNDER_WAY, {"web": settings.WEB_APPLICATION_NAME, "bulk": BULK})
        (waits,) = cursor.fetchone()
    return bool(waits)
