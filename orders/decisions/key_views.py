"""The keys that act on pages: which there are, and the switch that turns them off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from orders.decisions.keyboard import DECIDING, EVERYWHERE, switch_keys
from suppliers.people.requests import SignedInRequest


@require_safe
def keys(request: SignedInRequest) -> HttpResponse:
    """List the keys."""
    return render(request, "keys/page.html", {"everywhere": EVERYWHERE, "deciding": DECIDING})


@require_POST
def switch(request: SignedInRequest) -> HttpResponse:
    """Turn them on or off for whoever asks."""
    on = request.POST.get("on") == "1"
    switch_keys(request.user, request.session, on=on)
    messages.success(request, f"Single keys are {'on' if on else 'off'} for you, on every device.")
    back = request.POST.get("back", "")
    ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if ours else "keys:page")
