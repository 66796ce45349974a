"""Delivers what waits, one document after the other in this process, and says where the time went."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

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
            overhead, cpu, made, delivered = [], 0.0, 0, 0
            for document in documents[1:]:
                calls.clear()
                began, began_cpu = time.perf_counter(), time.process_time()
                count = engine.deliver_document(document, now=timezone.now())
                took, took_cpu = time.perf_counter() - began, time.process_time() - began_cpu
                overhead.append((took - sum(wall for wall, _ in calls)) * 1000 / max(count, 1))
                cpu += (took_cpu - sum(spent for _, spent in calls)) * 1000
                made, delivered = made + len(calls), delivered + count
        figures = {
            "overhead_ms": overhead,
            "overhead_cpu_ms": cpu / delivered,
            "calls": made / delivered,
            "delivered": delivered,
        }
        self.stdout.write(json.dumps(figures))


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

    Wire.post = post  # type: ignore[method-assign]
    try:
        yield calls
    finally:
        Wire.post = plain  # type: ignore[method-assign]
