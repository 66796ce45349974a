"""The alerts of one person: what needs them, to put off or to hand over."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from suppliers import pauses
from suppliers.alerts.actions import assign_alert, snooze_alert
from suppliers.alerts.models import Alert
from suppliers.alerts.reading import entries_of
from suppliers.people.models import Membership, User
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import IllegalMove


@require_safe
def alerts(request: SignedInRequest) -> HttpResponse:
    """List what needs this person, most urgent first."""
    place, put_off = request.GET.get("from", ""), request.GET.get("state") == "later"
    before = int(place) if place.isdecimal() and len(place) < 7 else 0
    entries, following = entries_of(request.user, put_off=put_off, before=before, now=timezone.now())
    context = {"entries": entries, "following": following, "put_off": put_off, "pauses": pauses.CHOICES}
    return render(request, "alerts/list.html", context)


@require_POST
def snooze(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep an alert off the worklists for a while."""
    alert, now = _mine(request, pk), timezone.localtime()
    until = pauses.until(request.POST.get("until", ""), now=now)
    if until is None:
        raise IllegalMove("Choose until when.")
    snooze_alert(alert, by=request.user, until=until, at=now)
    messages.success(request, f"Put off until {until:%d %b, %H:%M}.")
    return redirect("alerts:list")


@require_POST
def assign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say who looks after an alert."""
    alert = _mine(request, pk)
    to = _colleague(request, request.POST.get("to", ""))
    assign_alert(alert, to=to, by=request.user, at=timezone.now())
    messages.success(request, f"{to} looks after it now.")
    return redirect("alerts:list")


def _mine(request: SignedInRequest, pk: int) -> Alert:
    """Return an alert: 404 for strangers, 403 for those whose role need not act on it."""
    alert: Alert = get_object_or_404(Alert.objects.visible_to(request.user), pk=pk)
    if request.user.roles_for(alert).isdisjoint(alert.owner_roles):
        raise PermissionDenied("Somebody in another role looks after this.")
    return alert


def _colleague(request: SignedInRequest, pk: str) -> User:
    known = Membership.objects.visible_to(request.user).filter(user__is_active=True).select_related("user")
    found = known.filter(user=int(pk)).first() if pk.isdecimal() and len(pk) < 19 else None
    if found is None:
        raise IllegalMove("Choose who looks after it.")
    return found.user
