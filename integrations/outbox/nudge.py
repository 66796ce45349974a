"""Waking workers: a nudge says "look at this document"; when it is lost, the sweep nudges again."""

import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial

from celery import current_app
from django.db import connection, transaction
from django.db.models import Min
from django.db.models.functions import Now
from kombu.exceptions import OperationalError

from integrations.outbox.models import OPEN, OutboxMessage, Status

logger = logging.getLogger(__name__)

# How long a nudge may wait in the broker's queue before the sweep sends another one.
PATIENCE = timedelta(seconds=30)
DELIVER = "integrations.outbox.deliver_document"

# A kept connection may have died with a restarted broker; one that is away must not hold up a request.
_RECONNECT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}

# A document and the queue in which its worker waits.
Address = tuple[str, str]


def heads(addresses: Iterable[Address]) -> dict[Address, int]:
    """Return the first open message of each document in each queue, before more is stored."""
    wanted = set(addresses)
    rows = OutboxMessage.objects.filter(document__in={document for document, _ in wanted}, status__in=OPEN)
    found = rows.values_list("document", "queue").annotate(first=Min("pk")).order_by()
    return {(document, queue): first for document, queue, first in found if (document, queue) in wanted}


def nudge_on_commit(addresses: Iterable[Address], *, behind: Mapping[Address, int] | None = None) -> None:
    """Wake workers once the transaction is committed; several messages of one document wake one worker.

    *behind*: what stood before them, see ``heads``. A worker that is yet to finish that goes on with them.
    """
    hooks = [entry[1] for entry in connection.run_on_commit]
    planned = {hook.args[0] for hook in hooks if isinstance(hook, _Nudge)}
    for address in dict.fromkeys(addresses):
        if address not in planned:
            hook = _Nudge(_send_or_leave_to_sweep, address, (behind or {}).get(address))
            transaction.on_commit(hook, robust=True)


def nudge(addresses: Iterable[Address]) -> int:
    """Wake a worker for each document over one connection to the broker; return how many were told.

    Raises kombu's OperationalError when the broker is away.
    """
    told = 0
    with current_app.producer_pool.acquire(block=True) as producer:
        for document, queue in addresses:
            current_app.send_task(
                DELIVER,
                kwargs={"document": document},
                queue=queue,
                producer=producer,
                retry=True,
                retry_policy=_RECONNECT_ONCE,
            )
            told += 1
    return told


class _Nudge(partial[None]):
    """Tells our hooks from others in the list of what runs after the commit."""


def _send_or_leave_to_sweep(address: Address, head: int | None) -> None:
    """Nudge; a broker that is away costs the action nothing and the message a few seconds."""
    # Looked at after the commit: whoever finishes the head from now on sees what stands behind it.
    if head is not None and OutboxMessage.objects.filter(pk=head, status__in=OPEN).exists():
        return
    try:
        nudge([address])
    except OperationalError:
        logger.warning("The broker did not take the nudge for %s; the sweep will find it.", address[0])
        OutboxMessage.objects.filter(document=address[0], status=Status.PENDING).update(wake_at=Now())
