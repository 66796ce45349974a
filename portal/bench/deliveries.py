"""A delivery to nowhere, for measuring what the machinery itself costs; not there in production."""

from typing import Any

from integrations.outbox.delivery import delivery
from integrations.outbox.models import OutboxMessage


@delivery("bench.nowhere", queue="critical")
def send_nowhere(message: OutboxMessage) -> dict[str, Any]:
    """Deliver at once."""
    return {"number": message.payload["number"]}
