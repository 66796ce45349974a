"""The home page and the health check."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.home.health import answer
from portal.home.worklist import worklist_of
from suppliers.people.requests import SignedInRequest


@require_safe
def worklist(request: SignedInRequest) -> HttpResponse:
    """Show what needs this person now."""
    return render(request, "home/worklist.html", {"work": worklist_of(request.user, now=timezone.now())})


@require_safe
@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """Say whether the database and the broker can be reached; HealthMiddleware answers even before this."""
    return answer()
