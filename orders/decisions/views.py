"""Decide on the web: what waits for the buyer, most urgent first, and what was decided before."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from orders.decisions.counter import counter_form
from orders.decisions.filters import Filters
from orders.decisions.keyboard import DECIDING, EVERYWHERE
from orders.decisions.page import decide_page
from orders.decisions.past import Asking, past_page
from orders.purchasing.lifecycle import AnswerState, Side
from orders.purchasing.models import LineAnswer
from suppliers.people.access import DECIDE_PROPOSALS, require
from suppliers.people.requests import SignedInRequest


@require_safe
def decide_list(request: SignedInRequest) -> HttpResponse:
    """Show a page of what waits for a decision; htmx gets it without the frame."""
    _require_buyer(request)
    context = decide_page(request.user, Filters.read(request.GET), now=timezone.now())
    context |= {"back": request.get_full_path(), "everywhere": EVERYWHERE, "deciding": DECIDING}
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


def _require_buyer(request: SignedInRequest) -> None:
    """Suppliers answer orders; deciding is the buying side's."""
    if not request.user.is_buyer:
        raise PermissionDenied("Only the buying side decides on proposals.")
