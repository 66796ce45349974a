"""Traces for OpenTelemetry: nothing of it is loaded unless an endpoint is set."""

import logging
import os
from importlib import import_module

logger = logging.getLogger(__name__)

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def start_tracing(part: str) -> bool:
    """Trace this process, a *part* (web, worker) of the portal, and return whether that was possible.

    The packages are an extra (``tracing`` in pyproject.toml): without them a line in the log says so, and the
    portal runs as it is.
    """
    if not os.environ.get(ENDPOINT):
        return False
    try:
        spans = import_module("portal.monitoring.spans")
    except ImportError as error:
        logger.warning("%s is set, but the packages for tracing are not installed: %s", ENDPOINT, error)
        return False
    spans.begin(part)
    return True
