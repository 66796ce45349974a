"""/metrics: for whoever has the token, and for administrators of the installation; for nobody else."""

from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.monitoring.exposition import CONTENT_TYPE, as_text
from portal.monitoring.measures import measure
from suppliers.tenancy import wall

_NOBODY: frozenset[int] = frozenset()


@require_safe
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with every figure; they are sums over all tenants and name none of them."""
    if not (_has_token(request) or _runs_the_installation(request)):
        known = request.user.is_authenticated
        headers = {} if known else {"WWW-Authenticate": "Bearer"}
        return HttpResponse("No.\n", status=403 if known else 401, content_type="text/plain", headers=headers)
    with wall(suppliers=_NOBODY, companies=_NOBODY, everything=True):
        text = as_text(measure(now=timezone.now()))
    return HttpResponse(text, content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and scheme == "Bearer" and compare_digest(token.encode(), wanted.encode())


def _runs_the_installation(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser
