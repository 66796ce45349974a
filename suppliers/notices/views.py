"""The demo's page of sent mail: what went to whom, as it looked."""

from typing import Any

from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from integrations.odoo.secrets import decrypt
from suppliers.notices.deliveries import private_links
from suppliers.notices.models import Notice
from suppliers.notices.reading import page_of, states_of
from suppliers.notices.rendering import Rendered, with_link, with_links
from suppliers.numbers import whole_number

_PER_PAGE = 50


class ViewerRequest(HttpRequest):
    """A request behind the login: its user is somebody who may look (see suppliers/tenancy.py)."""

    user: Any


@require_GET
def sent(request: ViewerRequest) -> HttpResponse:
    """List the mail about my suppliers and companies, newest first."""
    _demo_only()
    before = request.GET.get("before", "")
    rows, following = page_of(
        Notice.objects.visible_to(request.user),
        before=whole_number(before),
        size=_PER_PAGE,
    )
    context = {"rows": list(zip(rows, states_of(rows), strict=True)), "following": following}
    return render(request, "notices/sent.html", context)


@require_GET
def detail(request: ViewerRequest, pk: int) -> HttpResponse:
    """Show one mail: its head, its text, and a frame with its HTML."""
    _demo_only()
    notice = _visible(request, pk)
    mail = _as_sent(notice, request.user)
    context = {"notice": notice, "mail": mail, "state": states_of([notice])[0]}
    return render(request, "notices/detail.html", context)


@require_GET
@xframe_options_sameorigin
@csp(  # type: ignore[arg-type]  # its types know no view with arguments
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "frame-ancestors": ["'self'"],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
        # Neither script nor form nor our cookies, even when somebody opens this address by itself.
        "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
    }
)
def body(request: ViewerRequest, pk: int) -> HttpResponse:
    """Return a mail's HTML for the frame, held harmless by its own content security policy."""
    _demo_only()
    mail = _as_sent(_visible(request, pk), request.user)
    return HttpResponse(mail.html.replace("<head>", '<head><base target="_blank">', 1))


def _visible(request: ViewerRequest, pk: int) -> Notice:
    notices = Notice.objects.visible_to(request.user).select_related("digest")
    return get_object_or_404(notices, pk=pk)


def _as_sent(notice: Notice, viewer: Any) -> Rendered:
    """Return the mail that told of it: one that told of others too is shown to whom it went alone."""
    digest = notice.digest
    if digest is not None and digest.text and digest.user_id == viewer.pk:
        return Rendered(digest.subject, *with_links(digest.text, digest.html, private_links(digest)))
    if not notice.sealed_link:
        return Rendered(notice.subject, notice.text, notice.html)
    return Rendered(notice.subject, *with_link(notice.text, notice.html, decrypt(notice.sealed_link)))


def _demo_only() -> None:
    if not settings.DEMO:
        raise Http404("Sent mail is shown in the demo only.")
