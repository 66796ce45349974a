"""Who reads a connection's change feed: one worker at a time, without holding a transaction meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

from django.db.models import Q
from django.db.models.functions import Now

from integrations.odoo.models import OdooConnection

# Longer than one step (a page from Odoo and its storing) may take; renewed at each step.
LEASED_FOR = timedelta(minutes=5)


class LeaseLost(Exception):
    """Somebody else reads this feed now: the step took longer than the lease."""


class FeedLease:
    """The right to read one feed. Times are the database's, so that the clocks of workers may differ."""

    def __init__(self, connection_id: int, lease: UUID) -> None:
        self._connection_id, self._lease = connection_id, lease

    def renew(self) -> None:
        """Hold on for another LEASED_FOR; call it in the transaction that stores a step.

        Raises LeaseLost when somebody else has taken over; the step must not be stored then.
        """
        held = OdooConnection.objects.filter(pk=self._connection_id, feed_lease=self._lease)
        if not held.update(feed_leased_until=Now() + LEASED_FOR):
            raise LeaseLost(LeaseLost.__doc__)

    def give_back(self) -> None:
        """Let the next one read."""
        OdooConnection.objects.filter(pk=self._connection_id, feed_lease=self._lease).update(
            feed_lease=None, feed_leased_until=None
        )


@contextmanager
def feed_lease(connection_id: int) -> Iterator[FeedLease | None]:
    """Hold the lease for a block; None when somebody else holds it."""
    token = uuid4()
    free = Q(feed_lease__isnull=True) | Q(feed_leased_until__lt=Now())
    taken = OdooConnection.objects.filter(free, pk=connection_id).update(
        feed_lease=token, feed_leased_until=Now() + LEASED_FOR
    )
    if not taken:
        yield None
        return
    lease = FeedLease(connection_id, token)
    try:
        yield lease
    finally:
        lease.give_back()
