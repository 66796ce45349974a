"""How far each watched model was read: the exact position, and when to step back from it."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from integrations.odoo.models import FeedCursor, OdooConnection
from integrations.odoo.records import ChangedIds, Position
from integrations.odoo.subjects import Watch

# A row's write_date is the start of the transaction that wrote it: rows turn up late, with an earlier date.
# While a position is fresh, all from so long before it is read again; whoever stores it ignores what it has.
OVERLAP = timedelta(seconds=60)


class Cursor:
    """One model's cursor during one poll."""

    def __init__(
        self, connection: OdooConnection, watch: Watch, *, now: datetime, overlap: timedelta
    ) -> None:
        self.watch = watch
        self._connection, self._now, self._overlap = connection, now, overlap
        row = FeedCursor.objects.filter(connection=connection, model=watch.model).first()
        self.is_new = row is None
        self._exact = Position(row.write_date, row.last_id) if row else Position(None, 0)
        self._advanced_at = row.advanced_at if row else None

    def begin_at(self, moment: datetime) -> None:
        """Begin at a moment of Odoo's clock: what was written before it does not matter."""
        self._exact = Position(moment, 0)

    @property
    def start(self) -> Position:
        """Where this poll reads from.

        By our own clock: a position that moved less than twice the overlap ago may still have late rows
        before it. After that an idle poll begins behind the last row and finds nothing.
        """
        at, moved = self._exact.written_at, self._advanced_at
        if at is None or moved is None or self._now - moved >= 2 * self._overlap:
            return self._exact
        return Position(at - self._overlap, 0)

    def has_come_to(self, position: Position) -> bool:
        """Whether a position is not one that was reached before and is only read again."""
        return _order(position) >= _order(self._exact)

    def advance(self, page: ChangedIds, *, stops: bool = False) -> None:
        """Store that a page was read and kept; inside the transaction that renews the lease.

        With *stops* the next poll goes on exactly behind the page, without stepping back from it.
        """
        if page.newest is not None and _order(page.newest) > _order(self._exact):
            self._exact, self._advanced_at = page.newest, self._now
        if stops:
            self._advanced_at = None
        found = {"changed_at": self._now} if page.ids else {}
        FeedCursor.objects.update_or_create(
            connection=self._connection,
            model=self.watch.model,
            defaults={
                "write_date": self._exact.written_at,
                "last_id": self._exact.last_id,
                "advanced_at": self._advanced_at,
                "polled_at": self._now,
                **found,
            },
        )


def restart(connection: OdooConnection, watches: Iterable[Watch], *, at: datetime | None) -> None:
    """Set cursors to a moment of Odoo's clock, or (None) to the beginning."""
    for watch in watches:
        FeedCursor.objects.update_or_create(
            connection=connection,
            model=watch.model,
            defaults={"write_date": at, "last_id": 0, "advanced_at": None},
        )


def _order(position: Position) -> tuple[float, int]:
    at = position.written_at
    return (at.timestamp() if at else float("-inf")), position.last_id
