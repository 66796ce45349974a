"""Is this installation able to work? Asked by load balancers, so it must be quick and tell no secrets."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu import Connection
from kombu.exceptions import OperationalError

_BROKER_SECONDS = 2


def health_of(broker_url: str) -> dict[str, str]:
    """Return "ok" or "unreachable" for each part; never a host name, a user or an error text."""
    return {"database": _database(), "broker": _broker(broker_url)}


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return "ok" if cursor.fetchone() == (1,) else "unreachable"
    except DatabaseError:
        return "unreachable"


def _broker(url: str) -> str:
    try:
        with Connection(
            url, connect_timeout=_BROKER_SECONDS, transport_options={"socket_timeout": _BROKER_SECONDS}
        ) as broker:
            broker.ensure_connection(max_retries=1, timeout=_BROKER_SECONDS, reraise_as_library_errors=True)
    except (OperationalError, OSError):
        return "unreachable"
    return "ok"


class HealthMiddleware:
    """Answers the health check before anything that needs a host name, TLS, a session or the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz" and request.method in {"GET", "HEAD"}:
            return answer()
        return self.get_response(request)


def answer() -> JsonResponse:
    """Return 200 when every part can be reached, 503 otherwise."""
    parts = health_of(settings.CELERY_BROKER_URL)
    healthy = set(parts.values()) == {"ok"}
    return JsonResponse(parts, status=200 if healthy else 503, headers={"Cache-Control": "no-store"})
