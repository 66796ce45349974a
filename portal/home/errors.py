"""The pages for what went wrong: the cause, the next step, and an id that support can look up."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from integrations.correlation import current_correlation_id


def forbidden(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """Say which role it takes."""
    return _page(request, "403.html", 403, reason=str(exception or ""))


def not_found(request: HttpRequest, exception: BaseException | None = None) -> HttpResponse:
    """Say that there is nothing here, or nothing that this person may see."""
    return _page(request, "404.html", 404)


def broken(request: HttpRequest) -> HttpResponse:
    """Say that it is our fault. The database may be what is broken, so the page asks it nothing."""
    return render(None, "500.html", {"correlation_id": current_correlation_id()}, status=500)


def _page(request: HttpRequest, template: str, status: int, **context: Any) -> HttpResponse:
    context["correlation_id"] = current_correlation_id()
    return render(request, template, context, status=status)
