"""One id from the click to the call into another system and back, in every log line."""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

_current: ContextVar[str] = ContextVar("correlation_id", default="")


def new_correlation_id() -> str:
    """Return a fresh id, short enough to be read out on the telephone."""
    return f"QS-{secrets.token_hex(5).upper()}"


def current_correlation_id() -> str:
    """Return the id of the request or delivery being worked on; empty outside of one."""
    return _current.get()


@contextmanager
def under(correlation_id: str) -> Iterator[None]:
    """Run a block under an id, a new one or one that began elsewhere (a worker takes over the click's)."""
    token = _current.set(correlation_id)
    try:
        yield
    finally:
        _current.reset(token)


class CorrelationMiddleware:
    """Gives each request an id and tells it to the browser, so that a support call can name it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with under(new_correlation_id()):
            response = self.get_response(request)
            response["X-Correlation-ID"] = current_correlation_id()
            return response


class CorrelationFilter(logging.Filter):
    """Adds the id to each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, with the id on it."""
        record.correlation_id = current_correlation_id() or "-"
        return True
