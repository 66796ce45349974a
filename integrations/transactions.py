"""No conversation with another system while a database transaction is open: enforced, not hoped."""

from django.db import transaction


def refuse_in_transaction() -> None:
    """Raise RuntimeError when the caller is inside a transaction; say nothing and ask nothing otherwise.

    A call that waits for another system would keep locks for as long, and could not be undone by a rollback.
    Django's durable block does the looking: it overlooks the transaction a test runs in, and no other. An
    empty one sends nothing to the database.
    """
    with transaction.atomic(durable=True):
        pass
