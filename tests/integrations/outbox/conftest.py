"""A handler that plays a part per message, and the clock and the chance that these tests use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from django.db import transaction

from integrations.outbox.delivery import Delivery, delivery
from integrations.outbox.models import OutboxMessage
from integrations.outbox.outcomes import Patience

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DOCUMENT = "purchase_order:1"


@dataclass
class Partner:
    """Another system: notes who called, and answers each message as the test says."""

    parts: dict[str, Callable[[OutboxMessage], dict[str, Any] | None]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    def answers(self, key: str, with_: Callable[[OutboxMessage], Any]) -> None:
        """Let the message with this key be answered by a function."""
        self.parts[key] = with_

    def fails(self, key: str, error: Exception) -> None:
        """Let the message with this key fail."""

        def fail(message: OutboxMessage) -> None:
            raise error

        self.parts[key] = fail

    def hear(self, message: OutboxMessage) -> dict[str, Any] | None:
        """Play the part; what is not foreseen is simply taken."""
        self.heard.append(message.key)
        part = self.parts.get(message.key)
        return part(message) if part else {"taken": True}


_partner = Partner()


@delivery("test.told", queue="critical")
def tell_partner(message: OutboxMessage) -> dict[str, Any] | None:
    """Deliver to the partner of the running test."""
    return _partner.hear(message)


@pytest.fixture
def partner() -> Partner:
    """The other system, with nothing heard yet."""
    _partner.parts, _partner.heard = {}, []
    return _partner


@pytest.fixture
def patience() -> Patience:
    """Three attempts, and a chance that repeats."""
    return Patience(max_attempts=3, chance=Random(7))  # noqa: S311


def enqueue(
    key: str, *, document: str = DOCUMENT, by: Delivery = tell_partner, **fields: Any
) -> OutboxMessage:
    """Store a message as an action does, and return its row."""
    with transaction.atomic():
        by.enqueue(
            **{"key": key, "document": document, "destination": "odoo:1", "payload": {"n": 1}} | fields
        )
    return OutboxMessage.objects.get(topic=by.topic, key=key)
