"""Many lines at once on the web: choose, look, send, watch, and take the result along."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reswap, retarget

from orders.bulk.actions import draw_up_wish, drop_job, send_job
from orders.bulk.export import csv_of
from orders.bulk.forms import BulkForm
from orders.bulk.job_page import job_page, jobs_page, lines_of_job, progress_of
from orders.bulk.lifecycle import Forecast, JobState, Result
from orders.bulk.models import Job
from orders.bulk.selection import Selection, lines_meant, total_of
from suppliers.numbers import whole_number
from suppliers.people.access import ANSWER_ORDERS
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import Refused


@require_safe
def count(request: SignedInRequest) -> HttpResponse:
    """Say how many lines are chosen and what they come to, for the bar below the list."""
    total = total_of(request.user, lines_meant(request.user, Selection.read(request.GET)))
    return render(request, "bulk/_count.html", {"total": total})


@require_POST
def draw_up(request: SignedInRequest) -> HttpResponse:
    """Draw up a job for the chosen lines and show its preview; nothing is sent."""
    _require_some_role(request)
    form = BulkForm(request.POST)
    try:
        job = draw_up_wish(
            form.wish(),
            lines_meant(request.user, form.selection),
            by=request.user,
            selection=form.selection.words(),
            at=timezone.now(),
        )
    except Refused as refusal:
        form.problems = refusal.problems
        total = total_of(request.user, lines_meant(request.user, form.selection))
        return render(request, "bulk/choose.html", {"form": form, "total": total}, status=422)
    return redirect("bulk:job", pk=job.pk)


@require_safe
def jobs(request: SignedInRequest) -> HttpResponse:
    """List what was answered many lines at once, newest first."""
    return render(
        request,
        "bulk/jobs.html",
        jobs_page(request.user, before=whole_number(request.GET.get("before")) or 0),
    )


@require_safe
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a job: its preview, how far it is, or what became of it; htmx asks again while it goes on."""
    found = _visible(request, pk)
    only, after = _group(request), whole_number(request.GET.get("after")) or 0
    if request.htmx and not request.htmx.boosted:
        response = _moved_on(request, found, only, after)
    else:
        response = render(request, "bulk/job.html", job_page(request.user, found, only=only, after=after))
    response["Vary"] = "HX-Request, Cookie"
    return response


def _moved_on(request: SignedInRequest, found: Job, only: str, after: int) -> HttpResponse:
    """Answer a page that watches: how far the work is, and the lines as well once there is news to tell.

    The lines are not written anew each second, so that whoever reads them is left alone; a screen reader is
    told what is new with them.
    """
    if found.state == JobState.WORKING:
        context = progress_of(request.user, found, only=only, after=after)
        if context["quarter"] == whole_number(request.GET.get("quarter")):
            return render(request, "bulk/_progress.html", context)
    context = job_page(request.user, found, only=only, after=after)
    response = render(request, "bulk/_job.html", context | {"tells": True})
    return retarget(reswap(response, "outerHTML"), "#job")


@require_POST
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send what the preview showed. A double click sends it once."""
    found = _visible(request, pk)
    _require_some_role(request)
    send_job(found, by=request.user, at=timezone.now())
    return redirect("bulk:job", pk=found.pk)


@require_POST
def drop(request: SignedInRequest, pk: int) -> HttpResponse:
    """Forget a preview."""
    found = _visible(request, pk)
    _require_some_role(request)
    drop_job(found, by=request.user)
    messages.info(request, "The preview is discarded; nothing was sent.")
    return redirect("orders:list")


@require_safe
def job_csv(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send what became of each line as a file."""
    found = _visible(request, pk)
    lines = lines_of_job(request.user, found, only=_group(request))
    name = f"answers-{found.pk}-{found.drawn_up_at:%Y-%m-%d}.csv"
    return HttpResponse(
        csv_of(lines.iterator(chunk_size=1000)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


def _visible(request: SignedInRequest, pk: int) -> Job:
    """Return the job, or 404 for strangers."""
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("by"), pk=pk)


def _require_some_role(request: SignedInRequest) -> None:
    """Refuse whoever may answer no order at all; which orders they may is looked at order by order."""
    if not any(member.role in ANSWER_ORDERS for member in request.user.active_memberships):
        raise PermissionDenied("Your role does not allow answering orders; it takes: Owner or Sales.")


def _group(request: SignedInRequest) -> str:
    only = request.GET.get("only", "")
    return only if only in {*Forecast.values, *Result.values} else ""
