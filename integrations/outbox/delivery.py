"""``@delivery(topic)``: store a message in the action's transaction, deliver it later, exactly once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError

from integrations.correlation import current_correlation_id
from integrations.outbox.models import OutboxMessage
from integrations.outbox.nudge import PATIENCE, heads, nudge_on_commit
from integrations.priority import BULK, is_yielding

# What a handler returns is stored on the message as the proof of what was read back.
Handler = Callable[[OutboxMessage], dict[str, Any] | None]


class Overtaken(Exception):
    """The message is no longer needed (the order changed meanwhile); the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be delivered, before it is stored; see Delivery.enqueue."""

    key: str
    document: str
    destination: str
    payload: dict[str, Any]
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A handler that can be enqueued: ``push_agreement.enqueue(…)`` reads like Celery's ``.delay``."""

    topic: str
    queue: str
    handler: Handler
    alone: bool = False

    def enqueue(
        self, *, key: str, document: str, destination: str, payload: dict[str, Any], correlation_id: str = ""
    ) -> None:
        """Store the message and wake a worker after the commit.

        The same key twice is one message. The payload may hold Decimals, dates and datetimes; the handler
        gets them back as text. The correlation id is the current one unless another is given. What yielding
        work has to say waits in the queue BULK. Raises TransactionManagementError outside of a transaction: a
        message without its action, or an action without its message, must not be possible.
        """
        self.enqueue_all([Letter(key, document, destination, payload, correlation_id)])

    def enqueue_all(self, letters: Sequence[Letter]) -> None:
        """Store many messages in one statement; otherwise like enqueue."""
        if not connection.in_atomic_block:
            raise TransactionManagementError(
                f"{self.topic} was enqueued outside of a transaction: enqueue it inside the action's."
            )
        if not letters:
            return
        queue = BULK if is_yielding() else self.queue
        messages = [
            OutboxMessage(
                topic=self.topic,
                key=letter.key,
                document=letter.document,
                destination=letter.destination,
                queue=queue,
                payload=letter.payload,
                correlation_id=letter.correlation_id or current_correlation_id(),
                wake_at=Now() + PATIENCE,
            )
            for letter in letters
        ]
        addresses = [(letter.document, queue) for letter in letters]
        behind = {} if self.alone else heads(addresses)
        OutboxMessage.objects.bulk_create(messages, ignore_conflicts=True)
        nudge_on_commit(addresses, behind=behind)


_deliveries: dict[str, Delivery] = {}


def delivery(topic: str, *, queue: str = "default", alone: bool = False) -> Callable[[Handler], Delivery]:
    """Register the function below as the handler of *topic*.

    *alone*: each message has a document of its own, so there is no need to look for others before it.

    The handler may run more than once for one message: it looks before it writes. It runs outside of any
    transaction and raises TryLater, NeedsAttention or Overtaken; anything else is a bug and parks the
    message as one. It stands in a module named odoo_push or deliveries, where start-up finds it. Raises
    ImproperlyConfigured when another function has the topic already.
    """

    def register(handler: Handler) -> Delivery:
        if topic in _deliveries:
            raise ImproperlyConfigured(f"Two handlers for the topic {topic}: {handler.__module__} has one.")
        _deliveries[topic] = Delivery(topic, queue, handler, alone)
        return _deliveries[topic]

    return register


def handler_of(topic: str) -> Handler:
    """Return the handler of a topic. Raises KeyError for a topic nobody registered."""
    return _deliveries[topic].handler


def topics() -> list[str]:
    """Return the topics that can be delivered, in alphabetical order."""
    return sorted(_deliveries)
