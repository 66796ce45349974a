"""A supplier's working hours on the web: its people and its buyers read them, its owner sets them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from suppliers.calendars.actions import close_days, open_days, set_working_hours
from suppliers.calendars.forms import ClosedForm, HoursForm
from suppliers.calendars.models import ClosedDays
from suppliers.calendars.page import MANAGE_HOURS, hours_page
from suppliers.people.access import require
from suppliers.people.models import Supplier
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: SignedInRequest, supplier: int) -> HttpResponse:
    """Show when a supplier works; its owner may change it."""
    found, now = _visible(request, supplier), timezone.now()
    if request.method != "POST":
        return _page(request, found)
    require(request.user, found, MANAGE_HOURS)
    form = HoursForm(request.POST, calendar=hours_page(found, request.user, now=now).calendar)
    if form.is_valid():
        place = {name: form.cleaned_data[name] for name in ("time_zone", "country", "subdivision")}
        try:
            set_working_hours(found, **place, week=form.week, by=request.user, at=now)
        except Refused as refused:
            form.take(refused)
        else:
            messages.success(request, "The working hours are saved.")
            return redirect("calendars:hours", supplier=found.pk)
    return _page(request, found, form=form)


@require_POST
def close(request: SignedInRequest, supplier: int) -> HttpResponse:
    """Say on which days a supplier is closed."""
    found = _visible(request, supplier)
    require(request.user, found, MANAGE_HOURS)
    form = ClosedForm(request.POST)
    if form.is_valid():
        try:
            close_days(found, **form.cleaned_data, by=request.user, at=timezone.now())
        except Refused as refused:
            form.take(refused)
        else:
            messages.success(request, "The closed days are saved.")
            return redirect("calendars:hours", supplier=found.pk)
    return _page(request, found, closed_form=form)


@require_POST
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take closed days back."""
    closed = get_object_or_404(ClosedDays.objects.visible_to(request.user).select_related("supplier"), pk=pk)
    require(request.user, closed.supplier, MANAGE_HOURS)
    open_days(closed, by=request.user, at=timezone.now())
    messages.success(request, "These days are working days again.")
    return redirect("calendars:hours", supplier=closed.supplier_id)


def _visible(request: SignedInRequest, supplier: int) -> Supplier:
    return get_object_or_404(Supplier.objects.visible_to(request.user), pk=supplier)


def _page(
    request: SignedInRequest,
    supplier: Supplier,
    *,
    form: HoursForm | None = None,
    closed_form: ClosedForm | None = None,
) -> HttpResponse:
    page = hours_page(supplier, request.user, now=timezone.now())
    wrong = form is not None or closed_form is not None
    context = {
        "page": page,
        "form": form or HoursForm(calendar=page.calendar),
        "closed_form": closed_form or ClosedForm(),
    }
    return render(request, "calendars/hours.html", context, status=422 if wrong else 200)
