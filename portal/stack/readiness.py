"""How one sees from outside that a program is ready."""

from collections.abc import Callable
from http.client import HTTPConnection, HTTPException
from pathlib import Path

# What a program that starts several others says once they are.
ALL_READY = "All are ready."


def answers_http(port: int) -> bool:
    """Whether the portal on this port of 127.0.0.1 is in working order, as far as a load balancer asks."""
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status < 500
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def logged(log: Path, words: str) -> Callable[[], bool]:
    """Return a look into a log that begins anew with each run: Celery has no cheaper sign of readiness."""
    return lambda: log.exists() and words in log.read_text(errors="replace")
