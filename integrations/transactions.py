"""The database around a conversation with another system: no open transaction, and a restart survived."""

from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection, connections, transaction

T = TypeVar("T")


def refuse_in_transaction() -> None:
    """Raise RuntimeError when the caller is inside a transaction; ask the database nothing otherwise.

    A call that waits for another system would keep locks for as long, and could not be undone by a rollback.
    Django's durable block does the looking: it overlooks the transaction a test runs in, and no other.
    """
    if not connection.in_atomic_block:
        return
    try:
        with transaction.atomic(durable=True):
            pass
    except RuntimeError as error:
        raise RuntimeError("No conversation with another system inside a database transaction.") from error


def written_after_a_restart(write: Callable[[], T]) -> T:
    """Return what *write* returns; when the database has thrown us out, ask once more on a new connection.

    PostgreSQL may be restarted while a call to another system takes its time. What the call came to is then
    still written down, and need not be done again. *write* is one statement and may run twice. Raises what
    *write* raises when the database is still away.
    """
    try:
        return write()
    except (OperationalError, InterfaceError):
        connection.close_if_unusable_or_obsolete()
        return write()


def leave_the_database() -> None:
    """Close what the calling thread has opened: for threads of our own nobody else does."""
    connections.close_all()
