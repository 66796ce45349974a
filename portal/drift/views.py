"""Reports of reconciliation on the web: what was compared, where the two sides differ, and repairing it."""

from functools import partial

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from integrations.correlation import current_correlation_id
from integrations.reconciliation import engine, tasks
from integrations.reconciliation.models import ReconciliationRun
from integrations.reconciliation.repairs import ask_for_repair
from portal.drift.export import csv_of
from portal.drift.reading import Filters, differences_of, run_page, runs_page
from portal.drift.scope import companies_of, known_companies, require_company, require_reports
from suppliers.numbers import whole_number
from suppliers.people.requests import SignedInRequest


@require_safe
def runs(request: SignedInRequest) -> HttpResponse:
    """List the comparisons of one's companies, newest first; htmx gets the list without the frame."""
    require_reports(request.user)
    context = runs_page(
        request.user, list(companies_of(request.user)), before=whole_number(request.GET.get("before"))
    )
    return _render(request, "drift/_runs.html", "drift/runs.html", context)


@require_POST
def start(request: SignedInRequest) -> HttpResponse:
    """Have a worker compare a company now."""
    company = get_object_or_404(
        known_companies(request.user), pk=whole_number(request.POST.get("company")) or 0
    )
    require_company(request.user, company)
    opened, is_new = engine.open_run(company.pk, now=timezone.now(), by_id=request.user.pk)
    if is_new:
        ask = partial(tasks.compare_company.apply_async, kwargs={"run_id": opened.pk}, retry=False)
        transaction.on_commit(ask, robust=True)
    return redirect("drift:run", pk=opened.pk)


@require_safe
def run(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show one report; while something goes on, htmx asks for it again."""
    found = _visible(request, pk)
    context = run_page(request.user, found, Filters.read(request.GET), now=timezone.now())
    return _render(request, "drift/_report.html", "drift/run.html", context)


@require_safe
def run_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send the differences that the same filters show, all pages of them, as a file."""
    found = _visible(request, pk)
    wanted = Filters.read(request.GET).keep(differences_of(request.user, found)).order_by("pk")
    name = f"comparison-{found.pk}-{found.started_at:%Y-%m-%d}.csv"
    return HttpResponse(
        csv_of(found, wanted.iterator()),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


@require_POST
def repair(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a worker repair one difference, the chosen ones, or all that the filters mean."""
    found = _visible(request, pk)
    filters = Filters.read(request.POST)
    wanted = differences_of(request.user, found)
    if request.POST.get("do") == "all":
        wanted = filters.keep(wanted)
    else:
        one = request.POST.get("only")
        chosen = [one] if one else request.POST.getlist("difference")
        wanted = wanted.filter(pk__in=[number for text in chosen if (number := whole_number(text))])
    count = ask_for_repair(wanted, by_id=request.user.pk, at=timezone.now())
    if count:
        # The id of this click goes with it, into the journal and into what Odoo is told.
        wanted_by = {"run_id": found.pk, "correlation_id": current_correlation_id()}
        ask = partial(tasks.repair.apply_async, kwargs=wanted_by, retry=False)
        transaction.on_commit(ask, robust=True)
        messages.info(request, f"{_differences(count)} being repaired. This page shows how far it is.")
    else:
        messages.info(request, "Nothing to do: what you chose is repaired, under repair, or needs a person.")
    return redirect(reverse("drift:run", args=[found.pk]) + filters.query(after=filters.after))


def _visible(request: SignedInRequest, pk: int) -> ReconciliationRun:
    """Return the run, or 404 for strangers; 403 for colleagues in another role."""
    runs = ReconciliationRun.objects.visible_to(request.user).select_related(
        "company__connection", "asked_by"
    )
    found = get_object_or_404(runs, pk=pk)
    require_company(request.user, found)
    return found


def _render(request: SignedInRequest, fragment: str, page: str, context: dict[str, object]) -> HttpResponse:
    wants_fragment = request.htmx and not request.htmx.boosted
    response = render(request, fragment if wants_fragment else page, context)
    response["Vary"] = "HX-Request, Cookie"
    return response


def _differences(count: int) -> str:
    return "1 difference is" if count == 1 else f"{count:,} differences are"
