"""No conversation with another system while a database transaction is open: enforced, not hoped."""

from django.db import connection, transaction


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
