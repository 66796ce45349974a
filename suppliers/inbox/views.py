"""What I was told, how I want to be told, and who stands in for me: each sees only their own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from suppliers.inbox import actions
from suppliers.inbox.delegates import delegates_of
from suppliers.inbox.forms import AbsenceForm, PreferencesForm
from suppliers.inbox.unread import forget_unread
from suppliers.notices.models import Absence, Notice
from suppliers.notices.reading import page_of
from suppliers.numbers import whole_number
from suppliers.people.actions import change_time_zone
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import Refused

_PER_PAGE = 50


@require_safe
def notice_list(request: SignedInRequest) -> HttpResponse:
    """List what I was told, newest first."""
    unread = request.GET.get("state") == "unread"
    mine = Notice.objects.visible_to(request.user).filter(to_user=request.user, in_app=True)
    place = request.GET.get("before", "")
    rows, following = page_of(
        (mine.filter(read_at=None) if unread else mine).defer("text", "html"),
        before=whole_number(place),
        size=_PER_PAGE,
    )
    context = {"rows": rows, "following": following, "only_unread": unread}
    return render(request, "inbox/list.html", context)


@require_safe
def notice_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one thing I was told, as it was written."""
    return render(request, "inbox/detail.html", {"notice": _mine(request, pk)})


@require_POST
def read(request: SignedInRequest, pk: int | None = None) -> HttpResponse:
    """Mark one thing as read, or everything."""
    chosen = None if pk is None else [_mine(request, pk).pk]
    actions.mark_read(request.user, at=timezone.now(), notice_ids=chosen)
    forget_unread(request.user)
    return HttpResponse(status=204) if request.htmx else redirect("inbox:list")


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """Show how I am told of what, and take my choice."""
    if request.method != "POST":
        return _preferences(request)
    form = PreferencesForm(request.POST, user=request.user)
    if not form.is_valid():
        return _preferences(request, form=form)
    actions.choose(request.user, form.choices)
    change_time_zone(request.user, to=form.cleaned_data["time_zone"])
    messages.success(request, "Saved. It holds for everything that happens from now on.")
    return redirect("inbox:preferences")


@require_POST
def use_recommended(request: SignedInRequest) -> HttpResponse:
    """Go back to what is recommended."""
    actions.use_recommended(request.user)
    messages.success(request, "You are told as recommended again.")
    return redirect("inbox:preferences")


@require_POST
def away(request: SignedInRequest) -> HttpResponse:
    """Say that I am away."""
    form = AbsenceForm(request.POST, delegates=delegates_of(request.user))
    if form.is_valid():
        try:
            absence = actions.be_away(request.user, **form.absence, today=timezone.localdate())
        except Refused as refused:
            form.take(refused)
        else:
            messages.success(request, f"{absence.delegate} gets your mail while you are away.")
            return redirect("inbox:preferences")
    return _preferences(request, absence_form=form)


@require_POST
def back(request: SignedInRequest, pk: int) -> HttpResponse:
    """End an absence."""
    actions.be_back(get_object_or_404(Absence.objects.visible_to(request.user), pk=pk))
    messages.success(request, "Your mail comes to you again.")
    return redirect("inbox:preferences")


def _mine(request: SignedInRequest, pk: int) -> Notice:
    mine = Notice.objects.visible_to(request.user).filter(to_user=request.user, in_app=True)
    found: Notice = get_object_or_404(mine, pk=pk)
    return found


def _preferences(request: SignedInRequest, **forms: Any) -> HttpResponse:
    today, delegates = timezone.localdate(), delegates_of(request.user)
    absences = Absence.objects.visible_to(request.user).filter(last_day__gte=today)
    context = {
        "form": PreferencesForm(user=request.user),
        "absence_form": AbsenceForm(delegates=delegates),
        "absences": absences.select_related("delegate"),
        "may_be_away": bool(delegates),
        "today": today,
    }
    return render(request, "inbox/preferences.html", context | forms, status=422 if forms else 200)
