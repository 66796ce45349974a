"""The engine of the outbox: claim a document's next message, hand it to its handler, mark the outcome.

Each step is one statement of its own, and the handler runs between them outside of any transaction. A
worker may die anywhere: the lease runs out, another one takes the message up, and the handler looks before
it writes.
"""

import logging
import time
from collections.abc import Collection
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Func, JSONField, Q, Value
from django.db.models.functions import Coalesce, Concat, JSONObject
from psycopg.types.json import Jsonb

from integrations.correlation import under
from integrations.deadline import time_limit
from integrations.errors import FaultClass, TryLater
from integrations.outbox.delivery import handler_of
from integrations.outbox.models import OutboxMessage, Status
from integrations.outbox.nudge import PATIENCE, nudge, nudge_on_commit
from integrations.outbox.outcomes import (
    Outcome,
    Patience,
    after_failure,
    after_lost_workers,
    after_success,
)
from integrations.priority import BULK
from integrations.transactions import refuse_in_transaction, written_after_a_restart

logger = logging.getLogger(__name__)

# A document with more than this does not keep others waiting: it goes back to the end of the queue.
_AT_ONE_GO = 100
# At most so many documents are woken by one sweep.
_SWEEP_BATCH = 2000
_NUDGED_AT_ONCE = 200
# Of the lease, so much is for the handler; the rest makes up for clocks that differ between machines.
_SHARE_OF_LEASE = 0.8

# Neither statement waits for the disk. What a crash of PostgreSQL undoes of them, half a second old at most,
# is done again: handlers may run more than once, and nothing that Odoo is told can be told it twice.
#
# The head is found first and locked second: with both in one step, SKIP LOCKED would skip a head that
# somebody else is claiming and hand out its follower. The conditions stand beside the lock, so that they
# are looked at again when the row has changed since.
_CLAIM = """
UPDATE outbox_outboxmessage
   SET status = 'SENDING', lease = %(lease)s, leased_until = %(until)s, wake_at = %(until)s,
       attempts = attempts + 1, first_sent_at = coalesce(first_sent_at, %(now)s), last_sent_at = %(now)s
 WHERE id = (
    SELECT id FROM outbox_outboxmessage
     WHERE id = (SELECT min(id) FROM outbox_outboxmessage
                  WHERE document = %(document)s AND status IN ('PENDING', 'SENDING', 'PARKED'))
       AND (status = 'PENDING' AND (due_at IS NULL OR due_at <= %(now)s)
            OR status = 'SENDING' AND leased_until <= %(now)s)
       FOR UPDATE SKIP LOCKED)
RETURNING id, topic, key, document, destination, queue, payload, correlation_id, status, attempts, lease,
          leased_until, created_at, first_sent_at, last_sent_at,
          set_config('synchronous_commit', 'off', true) AS hurried
"""

# What is kept of a failure lets the exception queue tell of it when a later attempt has passed.
_MARK = """
UPDATE outbox_outboxmessage
   SET status = %(status)s, lease = NULL, leased_until = NULL, due_at = %(due_at)s,
       wake_at = coalesce(%(due_at)s, %(now)s), delivered_at = %(delivered_at)s, parked_at = %(parked_at)s,
       fault_class = %(fault_class)s, reason = %(reason)s, detail = %(detail)s, result = %(result)s,
       attempts = attempts - %(uncounted)s,
       troubled_at = CASE WHEN %(failed)s THEN coalesce(troubled_at, %(now)s) ELSE troubled_at END,
       trouble = CASE WHEN %(failed)s THEN %(reason)s ELSE trouble END,
       trouble_class = CASE WHEN %(failed)s THEN %(fault_class)s ELSE trouble_class END
 WHERE id = %(id)s AND status = 'SENDING' AND lease = %(lease)s
RETURNING set_config('synchronous_commit', 'off', true)
"""

# Where something urgent stands behind what may wait, its worker delivers both: order comes first.
_WAKE = """
UPDATE outbox_outboxmessage SET wake_at = %(again)s
 WHERE id = ANY (ARRAY(
    SELECT id FROM outbox_outboxmessage AS head
     WHERE status IN ('PENDING', 'SENDING') AND wake_at <= %(now)s
       AND id = (SELECT min(id) FROM outbox_outboxmessage AS other
                  WHERE other.document = head.document AND status IN ('PENDING', 'SENDING', 'PARKED'))
     ORDER BY wake_at LIMIT %(batch)s
       FOR UPDATE SKIP LOCKED))
RETURNING document, coalesce(
    (SELECT min(other.queue) FROM outbox_outboxmessage AS other
      WHERE other.document = outbox_outboxmessage.document AND other.status = 'PENDING'
        AND other.queue <> %(bulk)s), queue)
"""


def deliver_document(document: str, *, now: datetime, patience: Patience | None = None) -> int:
    """Deliver what is due of one document, in order, until something has to wait; return how many.

    *now* is when the work begins; the time it takes is added by itself. Raises RuntimeError inside a
    transaction.
    """
    patience = patience or Patience(settings.OUTBOX_MAX_ATTEMPTS, SystemRandom())
    started = time.monotonic()
    delivered, queue = 0, ""
    for _ in range(_AT_ONE_GO):
        message = claim(document, now=_later(now, started))
        if message is None:
            return delivered
        queue = message.queue
        outcome = attempt(message, patience=patience, now=now, started=started)
        if not mark(message, outcome, now=_later(now, started)):
            logger.warning("The lease of %s was lost: another worker has taken it up.", message)
            return delivered
        delivered += outcome.status == Status.DELIVERED
        if not outcome.lets_followers_pass:
            return delivered
    nudge([(document, queue)])
    return delivered


def claim(document: str, *, now: datetime) -> OutboxMessage | None:
    """Lease the first open message of a document when it is due or its worker was lost; None otherwise.

    Raises RuntimeError inside a transaction: others would not see the lease before its end.
    """
    refuse_in_transaction()
    until = now + timedelta(seconds=settings.OUTBOX_LEASE_SECONDS)
    parameters = {"document": document, "now": now, "until": until, "lease": uuid4()}
    return next(iter(OutboxMessage.objects.raw(_CLAIM, parameters)), None)


def attempt(message: OutboxMessage, *, patience: Patience, now: datetime, started: float) -> Outcome:
    """Run the handler of a claimed message and return what came of it; never raises its errors.

    *started* is the monotonic time that belongs to *now*. Raises RuntimeError inside a transaction.
    """
    refuse_in_transaction()
    if message.attempts > patience.max_attempts:
        return after_lost_workers(patience.max_attempts)
    with under(message.correlation_id), time_limit(settings.OUTBOX_LEASE_SECONDS * _SHARE_OF_LEASE):
        try:
            outcome = after_success(call_handler(message))
            logger.info("Delivered %s.", message)
        except Exception as error:
            at = _later(now, started)
            outcome = after_failure(error, attempts=message.attempts, now=at, patience=patience)
            log = logger.error if outcome.status == Status.PARKED else logger.info
            log("%s: %s. %s", message, outcome.status.label, outcome.reason)
    return outcome


def call_handler(message: OutboxMessage) -> dict[str, Any] | None:
    """Hand the message to its handler and return what it read back. Raises what the handler raises."""
    try:
        handler = handler_of(message.topic)
    except KeyError as error:
        # While a new release is rolled out, an old worker may meet a new topic.
        sentence = f"This version of the portal cannot deliver “{message.topic}”."
        raise TryLater(sentence, fault=FaultClass.BUG) from error
    return handler(message)


def mark(message: OutboxMessage, outcome: Outcome, *, now: datetime) -> bool:
    """Write the outcome down if the lease is still ours; return whether it was."""
    parameters = {
        "id": message.pk,
        "lease": message.lease,
        "now": now,
        "status": outcome.status,
        "due_at": outcome.due_at,
        "delivered_at": now if outcome.status == Status.DELIVERED else None,
        "parked_at": now if outcome.status == Status.PARKED else None,
        "fault_class": outcome.fault_class,
        "reason": outcome.reason,
        "detail": outcome.detail,
        "result": None if outcome.result is None else Jsonb(outcome.result),
        "uncounted": 0 if outcome.counts else 1,
        # What was handed back untried has not failed.
        "failed": bool(outcome.fault_class) and outcome.counts,
    }
    return written_after_a_restart(lambda: _changes(_MARK, parameters)) == 1


def _changes(statement: str, parameters: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.rowcount


def sweep(*, now: datetime) -> int:
    """Wake a worker for each document whose first message is due or whose worker was lost; return how many.

    This makes up for lost nudges. A document that was woken is left alone for a while, so that a long queue
    at the broker does not grow by each sweep.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAKE, {"now": now, "again": now + PATIENCE, "batch": _SWEEP_BATCH, "bulk": BULK})
        addresses = cursor.fetchall()
    return nudge(addresses)


def retry(message_ids: Collection[int], *, by_name: str, now: datetime) -> int:
    """Send parked and waiting messages again, now, with fresh patience; return how many.

    Messages in any other state are left alone, and so are those that are on their way already: a second
    click changes nothing. Who did it, and why the message had stopped, is kept.
    """
    under_way = Q(status=Status.PENDING, due_at__isnull=True)
    fields: dict[str, Any] = {"status": Status.PENDING, "attempts": 0, "snoozed_until": None}
    return _step_in(message_ids, "Sent again", by_name, now, but=under_way, **fields)


def give_up(message_ids: Collection[int], *, by_name: str, now: datetime) -> int:
    """Declare parked and waiting messages as no longer needed; their followers go on. Return how many.

    Messages in any other state are left alone: what is being sent may have arrived already.
    """
    reason = Concat(Value(f"{by_name} gave this up. "), "reason")
    fields: dict[str, Any] = {
        "status": Status.OBSOLETE,
        "reason": reason,
        "proposed_edit": None,
        "troubled_at": _first(now),
    }
    return _step_in(message_ids, "Gave up", by_name, now, **fields)


def _step_in(
    message_ids: Collection[int],
    did: str,
    by_name: str,
    now: datetime,
    *,
    but: Q | None = None,
    **fields: Any,
) -> int:
    entry = JSONObject(
        at=Value(now.isoformat()),
        by=Value(by_name),
        did=Value(did),
        reason=F("reason"),
        attempts=F("attempts"),
    )
    history = Func(
        F("history"), entry, template="%(expressions)s", arg_joiner=" || ", output_field=JSONField()
    )
    stopped = OutboxMessage.objects.filter(
        pk__in=message_ids, status__in=[Status.PARKED, Status.PENDING]
    ).order_by("pk")
    if but is not None:
        stopped = stopped.exclude(but)
    with transaction.atomic():
        rows = list(stopped.select_for_update().values_list("pk", "document", "queue"))
        # So many at once are left to the sweep: a request must not tell the broker thousands of things.
        nudged = len(rows) <= _NUDGED_AT_ONCE
        OutboxMessage.objects.filter(pk__in=[pk for pk, _, _ in rows]).update(
            history=history, due_at=None, parked_at=None, wake_at=now + PATIENCE if nudged else now, **fields
        )
        if nudged:
            nudge_on_commit([(document, queue) for _, document, queue in rows])
    return len(rows)


def _first(now: datetime) -> Coalesce:
    """Return when it first failed; *now* when it never did."""
    return Coalesce("troubled_at", Value(now))


def _later(now: datetime, started: float) -> datetime:
    """Return the time it is by now, when *now* was at the monotonic time *started*."""
    return now + timedelta(seconds=time.monotonic() - started)
