"""Orders on the web: the list, the order page, and one view for each thing that can be done to an order."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from orders.purchasing import receipts
from orders.purchasing.actions import (
    accept_order,
    acknowledge_order,
    approve_lines,
    counter_line,
    decline_lines,
    withdraw_proposals,
)
from orders.purchasing.date_history import date_history
from orders.purchasing.decision_forms import CounterForm, DecisionForm
from orders.purchasing.forms import AnswerForm
from orders.purchasing.list_filters import Filters
from orders.purchasing.list_page import list_page
from orders.purchasing.listing import every_line, side_of
from orders.purchasing.models import Answer, PurchaseOrder
from orders.purchasing.order_page import ENTRIES, order_view
from orders.purchasing.positions import today_at
from orders.purchasing.preview import Draft, judge
from orders.purchasing.reading import lines_of, lines_to_change, order_for
from orders.purchasing.replies import read_asked
from orders.purchasing.rows import csv_of
from suppliers.journal.reading import timeline
from suppliers.numbers import whole_number
from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS, require
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import IllegalMove, Refused


@require_safe
def order_list(request: SignedInRequest) -> HttpResponse:
    """Show one page of order lines; htmx gets the lines without the frame."""
    context = list_page(
        request.user, Filters.read(request.GET), today=timezone.localdate(), now=timezone.now()
    )
    is_fragment = bool(request.htmx and not request.htmx.boosted)
    template = "orders/_lines.html" if is_fragment else "orders/list.html"
    response = render(request, template, context | {"is_fragment": is_fragment})
    response["Vary"] = "HX-Request, Cookie"
    return response


@require_safe
def order_csv(request: SignedInRequest) -> HttpResponse:
    """Send the lines that the same filters show, all pages of them, as a file."""
    text = csv_of(request.user, every_line(request.user, Filters.read(request.GET)), side_of(request.user))
    name = f"order-lines-{timezone.localdate().isoformat()}.csv"
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)},
    )


@require_safe
def order_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show an order; htmx may ask for more of its timeline, or for one line's editor."""
    order = _visible(request, pk)
    if before := whole_number(request.GET.get("before")):
        entries = timeline(order, viewer=request.user, before=before, size=ENTRIES)
        if request.htmx:
            return render(request, "orders/_timeline.html", {"order": order, "timeline": entries})
        return _page(request, order, timeline=entries)
    view = order_view(
        order,
        request.user,
        today=today_at(order.company, timezone.now()),
        edit=whole_number(request.GET.get("edit")),
        gives_dates=request.GET.get("dates") == "1",
    )
    if request.htmx and (line := view.edited):
        return render(request, "orders/_editor.html", {"view": view, "view_line": line})
    return _page(request, order, view=view)


@require_safe
def line_dates(request: SignedInRequest, pk: int, line: int) -> HttpResponse:
    """Show the four dates of a line, and who moved them when."""
    order = _visible(request, pk)
    lines = lines_of(order, request.user)
    position = next((number for number, one in enumerate(lines, start=1) if one.pk == line), None)
    if position is None:
        raise Http404
    found = lines[position - 1]
    context = {"order": order, "line": found, "position": position}
    return render(request, "orders/dates.html", context | {"moves": date_history(found, request.user)})


@require_POST
def acknowledge(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the supplier's answer to each line, or show what is wrong with it and keep what was typed."""
    order = _visible(request, pk)
    require(request.user, order, ANSWER_ORDERS)
    form, now = AnswerForm(read_asked(order, request.user), request.POST), timezone.now()
    if form.edit is not None:
        return _page(request, order, form=form, edit=form.edit)
    try:
        typed = form.answer(
            wrong=lambda replies: judge(order, form.asked, Draft(form.revision, replies), at=now).problems
        )
        answer = acknowledge_order(order, by=request.user, at=now, **typed)
    except Refused as refusal:
        form.show(refusal.problems)
        return _page(request, order, form=form, status=409 if form.revision < order.revision else 422)
    if answer.held:
        return _rest_was_sent(request, answer, form)
    messages.success(request, receipts.of_answer(order, answer))
    return redirect("orders:detail", pk=order.pk)


@require_POST
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm everything that waits, as asked, with one click; or all but what asks for a past date."""
    order = _visible(request, pk)
    require(request.user, order, ANSWER_ORDERS)
    form = AnswerForm(read_asked(order, request.user), request.POST)
    try:
        answer = accept_order(
            order,
            by=request.user,
            revision=form.revision,
            submission=form.submission,
            supplier_reference=form.supplier_reference,
            leaves_past=request.POST.get("leaves_past") == "1",
            at=timezone.now(),
        )
    except Refused as refusal:
        form.show(refusal.problems)
        return _page(request, order, form=form, status=409 if form.revision < order.revision else 422)
    if answer.held:
        return _rest_was_sent(request, answer, form)
    return _done(request, order, receipts.of_answer(order, answer))


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take back proposals nobody has decided on; what is typed in the answer form around them stays."""
    order = _visible(request, pk)
    require(request.user, order, ANSWER_ORDERS)
    withdraw_proposals(
        order, by=request.user, answer_ids=DecisionForm(request.POST).answer_ids, at=timezone.now()
    )
    messages.success(request, receipts.of_withdrawal(order))
    form = AnswerForm(read_asked(order, request.user), request.POST)
    if form.has_typing:
        return _page(request, _visible(request, pk), form=form)
    return redirect("orders:detail", pk=order.pk)


@require_POST
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Agree to proposals."""
    order = _visible(request, pk)
    require(request.user, order, DECIDE_PROPOSALS)
    form = DecisionForm(request.POST)
    approve_lines(order, by=request.user, answer_ids=form.answer_ids, at=timezone.now())
    to_change = lines_to_change(request.user, form.answer_ids)
    return _done(request, order, receipts.of_approval(order, len(form.answer_ids), to_change=to_change))


@require_POST
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    """Insist on what was asked, with a reason."""
    order = _visible(request, pk)
    require(request.user, order, DECIDE_PROPOSALS)
    form = DecisionForm(request.POST)
    try:
        decline_lines(
            order, by=request.user, answer_ids=form.answer_ids, reason=form.reason, at=timezone.now()
        )
    except Refused as refusal:
        form.show(refusal.problems)
        return _page(request, order, decision=form, status=422)
    except IllegalMove as move:
        form.overtaken(move.sentence)
        return _page(request, order, decision=form, status=409)
    return _done(request, order, receipts.of_decline(order, len(form.answer_ids)))


@require_POST
def counter(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer a proposal with other values."""
    order = _visible(request, pk)
    require(request.user, order, DECIDE_PROPOSALS)
    form = CounterForm(request.POST)
    try:
        answer = counter_line(order, by=request.user, at=timezone.now(), **form.counter())
    except Refused as refusal:
        form.show(refusal.problems)
        return _page(request, order, counter=form, status=422)
    except IllegalMove as move:
        form.overtaken(move.sentence)
        return _page(request, order, counter=form, status=409)
    return _done(request, order, receipts.of_counter(order, answer))


def _visible(request: SignedInRequest, pk: int) -> PurchaseOrder:
    """Return the order, or 404 for strangers: they learn nothing, not even that it exists."""
    if order := order_for(request.user, pk):
        return order
    raise Http404


def _page(request: SignedInRequest, order: PurchaseOrder, *, status: int = 200, **extra: Any) -> HttpResponse:
    shown = {name: extra.pop(name) for name in ("form", "edit") if name in extra}
    today = today_at(order.company, timezone.now())
    view = extra.pop("view", None) or order_view(order, request.user, today=today, **shown)
    counter_of = whole_number(request.GET.get("counter"))
    response = render(
        request, "orders/detail.html", {"view": view, "counter_of": counter_of, **extra}, status=status
    )
    if request.htmx and request.method == "POST":
        # A row of the worklist asked; the answer is a whole page, so it takes the whole page's place.
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response


def _rest_was_sent(request: SignedInRequest, answer: Answer, form: AnswerForm) -> HttpResponse:
    """Say what was sent, and show again what was typed for lines that the buyer changed meanwhile."""
    order = _visible(request, answer.order_id)
    form.hold(answer.held, read_asked(order, request.user), revision=order.revision)
    messages.success(request, receipts.of_answer(order, answer))
    return _page(request, order, form=form, status=409)


def _done(request: SignedInRequest, order: PurchaseOrder, sentence: str) -> HttpResponse:
    """Say what was done: in the row of the worklist it was done in, or on the page one came from."""
    if request.htmx:
        return render(request, "orders/_done.html", {"order": order, "sentence": sentence})
    messages.success(request, sentence)
    back = request.POST.get("back", "")
    if back == "home":
        return redirect("home:worklist")
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return redirect(back)
    return redirect("orders:detail", pk=order.pk)
