"""Decide on the web: what waits for the buyer, most urgent first, and what was decided before."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orders.decisions.actions import start_job, work_off_here
from orders.decisions.asides import set_aside
from orders.decisions.counter import counter_form
from orders.decisions.filters import Filters
from orders.decisions.forms import AsideForm, ManyForm
from orders.decisions.job_page import JobView, job_view
from orders.decisions.keyboard import DECIDING, EVERYWHERE
from orders.decisions.models import DecisionJob
from orders.decisions.offers import LOOKS_BACK
from orders.decisions.page import decide_page
from orders.decisions.past import Asking, past_page
from orders.decisions.selection import Selection, knows_any, outlook_of, proposals_meant
from orders.purchasing.lifecycle import AnswerState, Side
from orders.purchasing.models import LineAnswer
from suppliers.numbers import whole_number
from suppliers.people.access import DECIDE_PROPOSALS, require
from suppliers.people.models import VendorAccount
from suppliers.people.requests import SignedInRequest
from suppliers.policies.terms import Matter
from suppliers.refusal import Refused


@require_safe
def decide_list(request: SignedInRequest) -> HttpResponse:
    """Show a page of what waits for a decision; htmx gets it without the frame."""
    _require_buyer(request)
    context = decide_page(request.user, Filters.read(request.GET), now=timezone.now())
    context |= {"back": request.get_full_path(), "everywhere": EVERYWHERE, "deciding": DECIDING}
    context["job"] = _finished(request)
    wants_fragment = request.htmx and not request.htmx.boosted
    response = render(request, "decisions/_queue.html" if wants_fragment else "decisions/list.html", context)
    response["Vary"] = "HX-Request, Cookie"
    return response


@require_safe
def past(request: SignedInRequest) -> HttpResponse:
    """Show what was decided on proposals of one supplier and kind."""
    _require_buyer(request)
    return render(
        request, "decisions/past.html", past_page(request.user, Asking.read(request.GET), now=timezone.now())
    )


@require_safe
def counter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the form of a counter-proposal in its row; without htmx it is on the order's page."""
    proposals = LineAnswer.objects.visible_to(request.user).filter(answer__side=Side.SUPPLIER)
    proposal = get_object_or_404(proposals.select_related("answer__order"), pk=pk)
    require(request.user, proposal, DECIDE_PROPOSALS)
    if not request.htmx or proposal.state != AnswerState.PENDING:
        page = redirect("orders:detail", pk=proposal.answer.order_id)
        page["Location"] += f"?counter={pk}#proposal-{pk}"
        return page
    context = counter_form(request.user, proposal) | {"back": request.GET.get("back", "")}
    return render(request, "decisions/_counter.html", context)


@require_safe
def count(request: SignedInRequest) -> HttpResponse:
    """Say what is chosen and what approving it would come to, for the bar below the page."""
    _require_decider(request)
    found = proposals_meant(request.user, Selection.read(request.GET))
    return render(request, "decisions/_count.html", {"outlook": outlook_of(found, on=timezone.localdate())})


@require_POST
def decide_many(request: SignedInRequest) -> HttpResponse:
    """Approve or decline what was chosen, or show first what that comes to where nobody has seen it."""
    _require_decider(request)
    form = ManyForm(request.POST)
    if not form.selection.everything and not knows_any(request.user, form.selection):
        raise Http404
    found = proposals_meant(request.user, form.selection)
    try:
        wish = form.wish()
        job = None if form.wants_preview else start_job(wish, found, by=request.user, at=timezone.now())
    except Refused as refusal:
        form.problems, job = refusal.problems, None
    if job is None:
        context = {"form": form, "outlook": outlook_of(found, on=timezone.localdate())}
        return render(request, "decisions/many.html", context, status=422 if form.problems else 200)
    # Each order has a transaction of its own, so they wait for the end of this request's.
    work = partial(work_off_here, job, by=request.user, clock=timezone.now)
    transaction.on_commit(work, robust=True)
    filters = form.selection.filters.query()
    return redirect(f"{reverse('decisions:list')}{filters}{'&' if filters else '?'}job={job.pk}")


@require_POST
def not_now(request: SignedInRequest) -> HttpResponse:
    """Set an offer of a policy aside for whoever asks."""
    _require_buyer(request)
    offer = AsideForm(request.POST)
    if not offer.is_valid():
        raise Http404
    told = offer.cleaned_data
    accounts = VendorAccount.objects.visible_to(request.user)
    account = get_object_or_404(accounts, supplier=told["supplier"], company=told["company"])
    key = (account.company_id, account.supplier_id, Matter(told["matter"]), told["more"])
    set_aside(key, by=request.user, at=timezone.now())
    messages.success(request, f"You will not be offered this again for {LOOKS_BACK.days} days.")
    return redirect("decisions:list")


@require_safe
def job(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show how far a decision on many proposals is; htmx asks again while it goes on."""
    found = get_object_or_404(DecisionJob.objects.visible_to(request.user).select_related("by"), pk=pk)
    wants_fragment = request.htmx and not request.htmx.boosted
    template = "decisions/_job.html" if wants_fragment else "decisions/job.html"
    response = render(request, template, {"view": job_view(request.user, found)})
    response["Vary"] = "HX-Request, Cookie"
    return response


def _finished(request: SignedInRequest) -> JobView | None:
    """Return the job one comes from, for what it did to be said above the list."""
    pk = whole_number(request.GET.get("job"))
    jobs = DecisionJob.objects.visible_to(request.user).filter(by=request.user)
    found = jobs.filter(pk=pk).first() if pk else None
    return job_view(request.user, found) if found else None


def _require_decider(request: SignedInRequest) -> None:
    """Refuse whoever may decide on no order at all; which orders they may is looked at order by order."""
    if not any(member.role in DECIDE_PROPOSALS for member in request.user.active_memberships):
        raise PermissionDenied(
            "Your role does not allow deciding; it takes: Administrator or Buyer or Manager."
        )


def _require_buyer(request: SignedInRequest) -> None:
    """Suppliers answer orders; deciding is the buying side's."""
    if not request.user.is_buyer:
        raise PermissionDenied("Only the buying side decides on proposals.")
