"""How long the work being done may still take: a delivery has to end while its lease lasts."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from integrations.errors import TryLater

_ends: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Give the block so many seconds."""
    token = _ends.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _ends.reset(token)


def within_deadline(timeout: float) -> float:
    """Return the time-out in seconds for a call that would like *timeout*: no more than what is left.

    Outside of any limit that is *timeout* itself. Raises TryLater when nothing is left: the work done so far
    stays, and the next attempt looks before it writes and goes on from there.
    """
    ends = _ends.get()
    if ends is None:
        return timeout
    left = ends - time.monotonic()
    if left <= 0:
        raise TryLater("The other system was too slow for everything at once; the rest follows shortly.")
    return min(timeout, left)
