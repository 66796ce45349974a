"""The database as a web process meets it: behind the tenant wall from the first query on."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg.pq import TransactionStatus


@contextmanager
def web_process() -> Iterator[None]:
    """Run a block on a connection that shows no tenant's rows until the wall knows whose they are."""
    _set_system("off")
    try:
        yield
    finally:
        _set_system("on")


def _set_system(value: str) -> None:
    """Say it past Django, which would count it as a query of the page."""
    raw = connection.connection
    # A test that has not asked the database anything has no rows to hide; what a failed transaction had set
    # ends with it.
    if raw is not None and not raw.closed and raw.info.transaction_status != TransactionStatus.INERROR:
        raw.execute(f"SET quayside.system = '{value}'")
