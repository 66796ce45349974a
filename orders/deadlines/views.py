"""What was sent about an order, on its page; asking another contact; and that somebody opened it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orders.deadlines.actions import send_to_another_contact
from orders.deadlines.reading import sent_page
from orders.purchasing.models import PurchaseOrder
from suppliers.notices.actions import mark_opened
from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS, require
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import IllegalMove


@require_safe
def sent(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what was sent to whom; htmx gets it without the frame, as a part of the order's page."""
    page = sent_page(_visible(request, pk), request.user, now=timezone.now())
    template = "deadlines/_sent.html" if request.htmx and not request.htmx.boosted else "deadlines/sent.html"
    response = render(request, template, {"page": page})
    response["Vary"] = "HX-Request, Cookie"
    return response


@require_POST
def reroute(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask another contact of the supplier."""
    order = _visible(request, pk)
    require(request.user, order, ANSWER_ORDERS | DECIDE_PROPOSALS)
    people = sent_page(order, request.user, now=timezone.now()).people
    chosen = request.POST.get("to", "")
    to = next((person for person in people.contacts if str(person.pk) == chosen), None)
    if to is None:
        raise IllegalMove("Choose whom to ask.")
    send_to_another_contact(order, to=to, by=request.user, at=timezone.now())
    messages.success(request, f"{to} is asked by mail now, and reminded from now on.")
    return redirect(reverse("orders:detail", args=[order.pk]) + "#sent")


@require_POST
def opened(request: SignedInRequest, pk: int) -> HttpResponse:
    """Note that this person has the order before them: the page says so by itself when it is shown."""
    mark_opened(_visible(request, pk), by=request.user, at=timezone.now())
    return HttpResponse(status=204)


def _visible(request: SignedInRequest, pk: int) -> PurchaseOrder:
    orders = PurchaseOrder.objects.visible_to(request.user).select_related("company", "supplier")
    return get_object_or_404(orders, pk=pk)
