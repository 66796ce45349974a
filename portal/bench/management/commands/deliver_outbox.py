"""Delivers what waits, one document after the other in this process, and says where the time went."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import httpx
from django.core.management.base import BaseCommand
from django.utils import timezone

from integrations.odoo.wire import Wire
from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage, Status


class Command(BaseCommand):
    """For `make bench`: what is no call to Odoo is the portal's part."""

    help = "Deliver what waits and time it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Deliver and time it; the first document warms everything up."""
        waiting = OutboxMessage.objects.filter(status=Status.PENDING, destination__startswith="odoo:")
        documents = sorted(set(waiting.values_list("document", flat=True)))
        with _calls_timed() as calls:
            engine.deliver_document(documents[0], now=timezone.now())
            calls.clear()
            parts = [_delivered(document, calls) for document in documents[1:]]
        count = sum(part["delivered"] for part in parts)
        total = {name: sum(part[name] for part in parts) for name in parts[0]}
        figures = {
            "delivered": count,
            "overhead_ms": [part["overhead"] / max(part["delivered"], 1) * 1000 for part in parts],
            "overhead_cpu_ms": total["overhead_cpu"] / count * 1000,
            "calls": total["calls"] / count,
            "seconds": total["seconds"],
            "seconds_in_calls": total["seconds"] - total["overhead"],
        }
        self.stdout.write(json.dumps(figures))


def _delivered(document: str, calls: list[tuple[float, float]]) -> dict[str, float]:
    began, began_cpu = time.perf_counter(), time.process_time()
    delivered = engine.deliver_document(document, now=timezone.now())
    seconds, cpu = time.perf_counter() - began, time.process_time() - began_cpu
    made = len(calls)
    overhead, overhead_cpu = seconds - sum(c[0] for c in calls), cpu - sum(c[1] for c in calls)
    calls.clear()
    return {
        "delivered": delivered,
        "seconds": seconds,
        "calls": made,
        "overhead": overhead,
        "overhead_cpu": overhead_cpu,
    }


@contextmanager
def _calls_timed() -> Iterator[list[tuple[float, float]]]:
    """Keep (seconds, processor seconds) of each call while the block runs."""
    calls: list[tuple[float, float]] = []
    plain = Wire.post

    def post(self: Wire, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        began, began_cpu = time.perf_counter(), time.process_time()
        try:
            return plain(self, url, content, headers)
        finally:
            calls.append((time.perf_counter() - began, time.process_time() - began_cpu))

    with patch.object(Wire, "post", post):
        yield calls
