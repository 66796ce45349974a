"""What was deleted in Odoo: no feed tells, so ids are compared now and then."""

import logging
from datetime import datetime

from integrations.errors import NeedsAttention
from integrations.odoo.connect import gateway_for
from integrations.odoo.models import OdooConnection
from integrations.odoo.readers import Keeper, keepers
from integrations.odoo.verbs import Gateway
from integrations.transactions import refuse_in_transaction

logger = logging.getLogger(__name__)

# Ids asked for in one call: about half a megabyte.
BATCH = 50_000
# When more than half of what we hold seems to be deleted, and more than this, it is not: our user there may
# no longer see it, or the address leads to another database.
FEW = 20


def find_deleted(connection: OdooConnection, *, now: datetime) -> int:
    """Find what Odoo no longer has of what we hold, and have it forgotten; return how many records it was.

    One call per model that reads nothing but ids. Raises TryLater, and NeedsAttention as well when so much
    is gone that it cannot be true; RuntimeError inside a transaction.
    """
    refuse_in_transaction()
    gateway = gateway_for(connection)
    return sum(
        _forget(connection, gateway, keeper, now=now)
        for keeper in keepers()
        if gateway.offers(keeper.subject)
    )


def _forget(connection: OdooConnection, gateway: Gateway, keeper: Keeper, *, now: datetime) -> int:
    held = sorted(set(keeper.held(connection)))
    gone: set[int] = set()
    for start in range(0, len(held), BATCH):
        batch = held[start : start + BATCH]
        gone |= set(batch) - gateway.existing(keeper.model, batch)
    if not gone:
        return 0
    if len(gone) > FEW and 2 * len(gone) > len(held):
        sentence = (
            f"{len(gone)} of {len(held)} {keeper.subject} seem to be deleted in {connection} at once. "
            "Nothing was closed: look whether our user there may still see them, and whether it is the "
            "right database."
        )
        OdooConnection.objects.filter(pk=connection.pk).update(last_fault=sentence)
        raise NeedsAttention(sentence)
    logger.info("%d records of %s are gone in %s.", len(gone), keeper.model, connection)
    return keeper.forget(connection, gone, now=now)
