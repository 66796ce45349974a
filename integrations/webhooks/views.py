"""Where an Odoo tells that something changed: no log-in but the secret, no word of the body is believed."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.webhooks.hints import hook_of, take_hint

# Odoo sends the fields its rule names; nobody needs more than this.
LARGEST_BODY = 64 * 1024


@csrf_exempt
@login_not_required
@require_POST
def odoo(request: HttpRequest, secret: str) -> HttpResponse:
    """Take a hint. Odoo waits for the answer, perhaps with its transaction open: nothing is read here."""
    hook = hook_of(secret)
    if hook is None:
        return HttpResponse(status=404)
    if int(request.headers.get("Content-Length") or 0) > LARGEST_BODY:
        return HttpResponse(status=413)
    take_hint(hook, at=timezone.now())
    return HttpResponse(status=204)
