"""What a page says about a document: what is on its way to the other system, and what stands in its way."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from integrations.outbox.models import Status


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that waits for a person."""

    reason: str
    detail: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SyncState:
    """How far a document's messages have come.

    ``waiting`` counts what will still be sent by itself; ``last_reason`` says what the first of these met the
    last time it was tried; ``delivered_at`` is when the other system last took something.
    """

    waiting: int = 0
    parked: tuple[Parked, ...] = ()
    last_reason: str = ""
    delivered_at: datetime | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the other system knows everything."""
        return not self.waiting and not self.parked


# Two indexes answer this: a partial one over what is open, one over all by time of delivery.
_STATES = """
SELECT document, status, reason, detail, parked_at, NULL
  FROM outbox_outboxmessage
 WHERE document = ANY (%(documents)s) AND status IN ('PENDING', 'SENDING', 'PARKED')
UNION ALL
SELECT wanted.document, 'DELIVERED', '', '', NULL, latest.delivered_at
  FROM unnest(%(documents)s::text[]) AS wanted (document)
 CROSS JOIN LATERAL (SELECT max(delivered_at) AS delivered_at FROM outbox_outboxmessage AS message
                      WHERE message.document = wanted.document AND delivered_at IS NOT NULL) AS latest
"""


def sync_state(document: str) -> SyncState:
    """Return the state of one document, with one query."""
    return sync_states([document])[document]


def sync_states(documents: Collection[str]) -> dict[str, SyncState]:
    """Return the state of each document, with one query for all."""
    found: dict[str, list[tuple]] = {document: [] for document in documents}
    if found:
        with connection.cursor() as cursor:
            cursor.execute(_STATES, {"documents": list(found)})
            for document, *rest in cursor.fetchall():
                found[document].append(tuple(rest))
    return {document: _state(rows) for document, rows in found.items()}


def _state(rows: list[tuple]) -> SyncState:
    parked = [Parked(reason, detail, at) for status, reason, detail, at, _ in rows if status == Status.PARKED]
    waiting = [reason for status, reason, _, _, _ in rows if status in {Status.PENDING, Status.SENDING}]
    delivered = [at for status, _, _, _, at in rows if status == Status.DELIVERED and at]
    return SyncState(
        waiting=len(waiting),
        parked=tuple(parked),
        last_reason=next(filter(None, waiting), ""),
        delivered_at=max(delivered, default=None),
    )
