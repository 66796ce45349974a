"""``@delivery(topic)``: store a message in the action's transaction, deliver it later, exactly once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from django.utils.module_loading import autodiscover_modules
from kombu.exceptions import OperationalError

from integrations.outbox.models import OutboxMessage

logger = logging.getLogger(__name__)

# What a handler returns is stored on the message as the proof of what was read back.
Handler = Callable[[OutboxMessage], dict[str, Any] | None]


class Overtaken(Exception):
    """The message is no longer needed (the order changed meanwhile); the text says why, for a person."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A handler that can be enqueued: ``push_agreement.enqueue(…)`` reads like Celery's ``.delay``."""

    topic: str
    queue: str
    handler: Handler

    def enqueue(
        self, *, key: str, document: str, destination: str, payload: dict[str, Any], correlation_id: str = ""
    ) -> None:
        """Store the message; must be called inside the action's transaction.

        The same key twice is one message. The worker is nudged after the commit; if the nudge is lost,
        the sweep finds the row: the row is the truth.
        """
        created = OutboxMessage.objects.bulk_create(
            [
                OutboxMessage(
                    topic=self.topic,
                    key=key,
                    document=document,
                    destination=destination,
                    queue=self.queue,
                    payload=payload,
                    correlation_id=correlation_id,
                )
            ],
            ignore_conflicts=True,
        )
        if created:
            transaction.on_commit(partial(_nudge, document, self.queue), robust=True)


_deliveries: dict[str, Delivery] = {}


def delivery(topic: str, *, queue: str = "default") -> Callable[[Handler], Delivery]:
    """Register the function below as the handler of *topic*.

    The handler may run more than once for one message: it looks before it writes. It raises TryLater,
    NeedsAttention or Overtaken; anything else is a bug and parks the message as one.
    """

    def register(handler: Handler) -> Delivery:
        _deliveries[topic] = Delivery(topic, queue, handler)
        return _deliveries[topic]

    return register


def handler_of(topic: str) -> Handler:
    """Return the handler of a topic. Raises KeyError for a topic nobody registered."""
    return _deliveries[topic].handler


def discover() -> None:
    """Load every app's odoo_push module, as the admin loads every app's admin module."""
    autodiscover_modules("odoo_push")


def _nudge(document: str, queue: str) -> None:
    """Wake a worker; a broker that is away costs a few seconds, not the message."""
    try:
        current_app.send_task(
            "integrations.outbox.deliver_document", kwargs={"document": document}, queue=queue, retry=False
        )
    except OperationalError:
        logger.warning("The broker did not take the nudge for %s; the sweep will find it.", document)
