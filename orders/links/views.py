"""The pages that a link in a mail opens, and what buyers do with links on the order's page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from orders.links import actions, devices
from orders.links.actions import CodeCheck
from orders.links.doors import link_page
from orders.links.models import AnswerLink
from orders.links.pages import code_page, join_page, order_page, standing_page
from orders.links.readers import answering_contacts
from orders.links.reading import links_of
from orders.links.rules import who_looks
from orders.links.visits import Visit
from orders.purchasing import receipts
from orders.purchasing.decision_forms import DecisionForm
from orders.purchasing.forms import AnswerForm
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.preview import Draft, judge
from orders.purchasing.replies import read_asked
from suppliers.people.access import DECIDE_PROPOSALS, may, require
from suppliers.people.models import User
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import IllegalMove, Refused

_FRESH = (
    "If this order still concerns the person this link was sent to, a fresh link is on its way to the "
    "address on file. It can take a minute; asking again does not make it faster."
)


@link_page("GET", "HEAD")
def order(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the order. Opening the link changes nothing: it is counted, and that is all."""
    visitor = who_looks(request.method or "", request.headers, knows_device=visit.is_proven)
    actions.note_look(visit.link, visitor, reader=visit.reader, at=visit.at)
    return _page(request, visit)


@link_page("POST")
def send_code(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Mail a code to the address the link was sent to."""
    if visit.reader is None or not visit.state.is_live:
        return _page(request, visit, status=409)
    wait_until = actions.send_code(visit.link, to=visit.reader, at=visit.at)
    if wait_until is not None:
        return code_page(request, visit, wait_until=wait_until)
    return redirect("links:device", token=visit.token)


@link_page("GET", "HEAD", "POST")
def device(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take the code; the right one makes this device known for some days."""
    if visit.reader is None or not visit.state.is_live:
        return _page(request, visit, status=409 if request.method == "POST" else 200)
    if request.method != "POST":
        return code_page(request, visit)
    check = actions.confirm_device(
        visit.link, typed=request.POST.get("code", ""), by=visit.reader, at=visit.at
    )
    if check is not CodeCheck.RIGHT:
        return code_page(request, visit, check=check)
    response = redirect("links:order", token=visit.token)
    devices.remember(request, response, visit.reader.email, at=visit.at)
    messages.success(request, "Thank you. This device is known now; you can answer the order below.")
    return response


@link_page("POST")
def join(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take the name of somebody who was invited and has typed the code: they belong to the supplier now."""
    if not visit.may_join or visit.reader is None:
        return _not_taken(request, visit)
    try:
        actions.join_by_link(visit.link, name=request.POST.get("name", ""), at=visit.at)
    except Refused as refusal:
        return join_page(request, visit, error=str(refusal))
    except IllegalMove as refusal:
        messages.error(request, refusal.sentence)
    return redirect("links:order", token=visit.token)


@link_page("POST")
def forget(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Forget this device: the next answer from it takes a code again."""
    response = redirect("links:order", token=visit.token)
    if visit.reader is not None:
        devices.forget(request, response, visit.reader.email, at=visit.at)
        messages.success(request, "This device is forgotten.")
    return response


@link_page("POST")
def acknowledge(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take the answer to each line, or show what is wrong with it and keep what was typed."""
    if not visit.may_answer or visit.reader is None:
        return _not_taken(request, visit)
    form = _form(request, visit, visit.reader)
    if form.edit is not None:
        return order_page(request, visit, form=form)
    try:
        typed = form.answer(
            wrong=lambda replies: (
                judge(visit.order, form.asked, Draft(form.revision, replies), at=visit.at).problems
            )
        )
        answer = actions.acknowledge_by_link(visit.link, by=visit.reader, at=visit.at, **typed)
    except Refused as refusal:
        form.show(refusal.problems)
        return order_page(request, visit, form=form, status=422)
    messages.success(request, receipts.of_answer(visit.order, answer))
    if answer.held:
        # What a colleague answered meanwhile stays open; what was typed for it is shown again.
        form.hold(answer.held, read_asked(visit.order, visit.reader), revision=visit.link.revision)
        return order_page(request, visit, form=form, status=409)
    return redirect("links:order", token=visit.token)


@link_page("POST")
def accept(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Confirm everything that waits, as asked, with one press."""
    if not visit.may_answer or visit.reader is None:
        return _not_taken(request, visit)
    form = _form(request, visit, visit.reader)
    try:
        answer = actions.accept_by_link(
            visit.link,
            by=visit.reader,
            submission=form.submission,
            supplier_reference=form.supplier_reference,
            leaves_past=request.POST.get("leaves_past") == "1",
            at=visit.at,
        )
    except Refused as refusal:
        form.show(refusal.problems)
        return order_page(request, visit, form=form, status=422)
    messages.success(request, receipts.of_answer(visit.order, answer))
    if answer.held:
        # What a colleague answered meanwhile stays open; what was typed for it is shown again.
        form.hold(answer.held, read_asked(visit.order, visit.reader), revision=visit.link.revision)
        return order_page(request, visit, form=form, status=409)
    return redirect("links:order", token=visit.token)


@link_page("POST")
def withdraw(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take back what nobody has decided on; what is typed in the answer form around it stays."""
    if not visit.may_answer or visit.reader is None:
        return _not_taken(request, visit)
    answer_ids = DecisionForm(request.POST).answer_ids
    try:
        actions.withdraw_by_link(visit.link, by=visit.reader, answer_ids=answer_ids, at=visit.at)
    except (IllegalMove, Refused) as refusal:
        messages.error(request, str(refusal))
        return redirect("links:order", token=visit.token)
    messages.success(request, receipts.of_withdrawal(visit.order))
    form = _form(request, visit, visit.reader)
    if not form.has_typing:
        return redirect("links:order", token=visit.token)
    visit.order.refresh_from_db(fields=["summary", "rounds"])
    return order_page(request, visit, form=form)


@link_page("POST")
def renew(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Have a fresh link sent to the address on file. The reply is always the same."""
    if visit.reader is not None:
        actions.send_fresh_link(visit.link, to=visit.reader, at=visit.at)
    messages.info(request, _FRESH)
    return redirect("links:order", token=visit.token)


@require_safe
def of_order(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a buyer which links went out and what became of them; htmx gets it without the frame."""
    order = _visible(request, pk)
    if order.company_id not in request.user.company_ids:
        raise PermissionDenied("What became of links is for the buyer to see.")
    may_act = may(request.user, order, DECIDE_PROPOSALS)
    context = {
        "order": order,
        "links": links_of(order, request.user, at=timezone.now()),
        "contacts": answering_contacts(order) if may_act and order.is_open else [],
        "may_act": may_act,
    }
    template = "links/_links.html" if request.htmx else "links/of_order.html"
    return render(request, template, context)


@require_POST
def send(request: SignedInRequest, pk: int) -> HttpResponse:
    """Send one of the supplier's contacts a link to the order as it is now."""
    order = _visible(request, pk)
    require(request.user, order, DECIDE_PROPOSALS)
    contacts = {str(contact.user_id): contact.user for contact in answering_contacts(order)}
    if (reader := contacts.get(request.POST.get("to", ""))) is None:
        messages.error(request, f"Choose somebody who may answer for {order.supplier}.")
    else:
        actions.send_link(order, to=reader, by=request.user, at=timezone.now())
        messages.success(request, f"A link is on its way to {reader}.")
    return redirect("links:of_order", pk=order.pk)


@require_POST
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make a link useless at once."""
    link = get_object_or_404(AnswerLink.objects.visible_to(request.user), pk=pk)
    require(request.user, link, DECIDE_PROPOSALS)
    actions.revoke_link(link, by=request.user, at=timezone.now())
    messages.success(request, f"The link that was sent to {link.email} opens nothing any more.")
    return redirect("links:of_order", pk=link.order_id)


def _page(request: HttpRequest, visit: Visit, *, status: int = 200) -> HttpResponse:
    if visit.state.shows_the_order:
        return order_page(request, visit, status=status)
    return standing_page(request, visit, status=status)


def _not_taken(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Answer a press that must change nothing: no code was typed on this device, or the link is past it."""
    if visit.state.is_live:
        return order_page(request, visit, unproven=True, status=403)
    return _page(request, visit, status=409)


def _form(request: HttpRequest, visit: Visit, reader: User) -> AnswerForm:
    # Whatever was posted: a link answers the revision it was made for.
    return AnswerForm(read_asked(visit.order, reader), request.POST, revision=visit.link.revision)


def _visible(request: SignedInRequest, pk: int) -> PurchaseOrder:
    orders = PurchaseOrder.objects.visible_to(request.user).select_related("company", "supplier")
    return get_object_or_404(orders, pk=pk)
