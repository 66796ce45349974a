"""Another system is back: what was handed back meanwhile is due at once, the oldest first."""

from datetime import datetime

from django.db.models import F

from integrations.errors import FaultClass
from integrations.outbox.models import OutboxMessage, Status


def wake_destination(destination: str, *, now: datetime) -> int:
    """Make what waits for *destination* because it was away due at once; return how many messages.

    The next sweep wakes their workers in the order in which the messages were enqueued.
    """
    waiting = OutboxMessage.objects.filter(
        destination=destination, status=Status.PENDING, fault_class=FaultClass.CONNECTION, due_at__gt=now
    )
    return waiting.update(due_at=None, wake_at=F("created_at"))
