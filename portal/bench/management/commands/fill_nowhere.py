"""Stores messages to nowhere and wakes the workers."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from integrations.outbox.models import OutboxMessage
from integrations.outbox.nudge import nudge

_EACH = 25


class Command(BaseCommand):
    """For `make bench`: so many messages, 25 to a document."""

    help = "Fill the outbox with messages to nowhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many."""
        parser.add_argument("--messages", type=int, default=50_000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Store and nudge."""
        count = options["messages"]
        OutboxMessage.objects.bulk_create(
            (
                OutboxMessage(
                    topic="bench.nowhere",
                    key=str(number),
                    document=f"nowhere:{number // _EACH}",
                    destination="nowhere",
                    queue="critical",
                    payload={"number": number},
                )
                for number in range(count)
            ),
            batch_size=5_000,
        )
        nudge((f"nowhere:{number}", "critical") for number in range(count // _EACH))
