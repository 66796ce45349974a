"""The way into a link's page: open to everybody who holds the link, for nothing but what the link is for."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from orders.links import devices
from orders.links.visits import Visit, opened

LinkView = Callable[[HttpRequest, Visit], HttpResponse]

# No script at all, nothing from elsewhere, nowhere to send a form but here.
_POLICY: dict[str, Any] = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
_HEADERS = {
    # Of the address only the host is ever told, to us as to others: the token is in the rest. "no-referrer"
    # would keep the host back too, but then browsers post forms with "Origin: null", which fails as forged.
    "Referrer-Policy": "strict-origin",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def link_page(*methods: str) -> Callable[[LinkView], Callable[..., HttpResponseBase]]:
    """Let the view below answer whoever opens a link, behind the wall of its one supplier."""

    def decorate(view: LinkView) -> Callable[..., HttpResponseBase]:
        @login_not_required
        @never_cache
        @csp(_POLICY)  # type: ignore[arg-type]  # its types know no view with arguments
        @require_http_methods(methods)
        @wraps(view)
        def page(request: HttpRequest, token: str) -> HttpResponse:
            with opened(token, at=timezone.now()) as visit:
                if visit is None:
                    response = render(request, "links/unknown.html", status=404)
                else:
                    response = _in_their_zone(view, request, visit)
            for name, value in _HEADERS.items():
                response[name] = value
            return response

        return page

    return decorate


def _in_their_zone(view: LinkView, request: HttpRequest, visit: Visit) -> HttpResponse:
    reader = visit.reader
    if reader is None:
        return view(request, visit)
    reads_mailbox = devices.knows(request, reader.email, at=visit.at)
    if reader.pk is None:
        visit.may_join = reads_mailbox and visit.state.is_live
    else:
        visit.is_proven = reads_mailbox or request.user.pk == reader.pk
    with timezone.override(visit.order.company.time_zone if reader.pk is None else reader.time_zone):
        return view(request, visit)
