"""Spans of requests, tasks and calls to other systems. Needs the ``tracing`` extra; see tracing.py."""

import os
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanProcessor

from integrations.correlation import current_correlation_id
from integrations.masking import masked_addresses

CORRELATION = "quayside.correlation_id"
_ADDRESSES = ("http.url", "http.target", "url.full", "url.path")


class _Correlated(SpanProcessor):
    """Writes our own id on each span: it also joins a click with a delivery hours later."""

    def on_start(self, span: Any, parent_context: Any = None) -> None:
        """See SpanProcessor."""
        if correlation_id := current_correlation_id():
            span.set_attribute(CORRELATION, correlation_id)


def begin(part: str) -> None:
    """Trace this process from now on; the endpoint and the rest come from the OTEL_… variables."""
    os.environ.setdefault("OTEL_PYTHON_DJANGO_EXCLUDED_URLS", "healthz,metrics,static/.*")
    resource = Resource.create({"service.name": os.environ.get("OTEL_SERVICE_NAME", f"quayside-{part}")})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(_Correlated())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(response_hook=_name_request)
    CeleryInstrumentor().instrument()
    HTTPXClientInstrumentor().instrument()


def _name_request(span: Any, request: Any, response: Any) -> None:
    """A request gets its id only after its span has begun; its answer has it. Addresses lose secrets."""
    for name in _ADDRESSES:
        if address := span.attributes.get(name):
            span.set_attribute(name, masked_addresses(address))
    if correlation_id := response.get("X-Correlation-ID"):
        span.set_attribute(CORRELATION, correlation_id)
