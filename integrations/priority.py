"""Work that may wait says so; whoever shares something scarce (calls to another system) asks here."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# The queue of what may wait: its workers do nothing else, and nobody's click waits for them.
BULK = "bulk"

_yields: ContextVar[bool] = ContextVar("yields", default=False)


@contextmanager
def yielding() -> Iterator[None]:
    """Run a block that lets everything else go first: imports, comparisons, answers to a thousand orders.

    What it stores in the outbox travels in the queue BULK.
    """
    token = _yields.set(True)
    try:
        yield
    finally:
        _yields.reset(token)


def is_yielding() -> bool:
    """Return whether the work being done lets everything else go first."""
    return _yields.get()
