"""The grid on the web: type, have it kept, send it."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from orders.grid.actions import drop_draft, save_draft
from orders.grid.forms import GridForm, with_another_part, without_part
from orders.grid.models import Draft
from orders.purchasing import receipts
from orders.purchasing.actions import acknowledge_order
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.other_goods import OtherGoods
from orders.purchasing.positions import asked_of, today_at
from orders.purchasing.preview import Draft as Unsent
from orders.purchasing.preview import OrderOutcome, Outcome, judge
from suppliers.people.access import ANSWER_ORDERS, require
from suppliers.people.requests import SignedInRequest
from suppliers.policies.lookup import rules_question
from suppliers.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the order's lines as cells with what was typed before, or take the answer."""
    order = _order(request, pk)
    require(request.user, order, ANSWER_ORDERS)
    if request.method == "POST":
        return _send(request, order)
    draft = Draft.objects.visible_to(request.user).filter(order=order).first()
    return _page(request, order, _form(request, order, draft), draft)


@require_POST
def draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep what is typed, and tell what is wrong with it; without JavaScript come back to the page."""
    order = _order(request, pk)
    require(request.user, order, ANSWER_ORDERS)
    now = timezone.now()
    if request.POST.get("do") == "drop":
        drop_draft(order, by=request.user)
        messages.info(request, "Your draft was thrown away.")
        return redirect("grid:grid", pk=order.pk)
    changed = _with_parts_changed(request.POST)
    form = _form(request, order, data=changed)
    saved = save_draft(order, by=request.user, fields=form.fields(), at=now)
    if changed is not None:
        line_id = request.POST.get("split") or request.POST.get("unsplit", "").partition("_")[0]
        return redirect(f"{reverse('grid:grid', args=[order.pk])}#row-{line_id}")
    if "application/json" not in request.headers.get("Accept", ""):
        messages.success(request, "Your draft is kept." if saved else "There is nothing to keep.")
        return redirect("grid:grid", pk=order.pk)
    outcome = _outcome(order, form)
    return JsonResponse(
        {
            "saved": f"{timezone.localtime(now):%H:%M}" if saved else "",
            "problems": form.errors,
            "sums": form.sums,
            "answers": len(form.replies),
            "needing": outcome.count(Outcome.NEEDS_BUYER) if outcome else 0,
        }
    )


def _send(request: SignedInRequest, order: PurchaseOrder) -> HttpResponse:
    form = _form(request, order)
    try:
        _outcome(order, form)
        answer = acknowledge_order(order, by=request.user, at=timezone.now(), **form.answer())
    except Refused as refusal:
        form.take(problem for problem in refusal.problems if problem.where not in form.problems)
        # What was typed must not be lost if this page is left now.
        save_draft(order, by=request.user, fields=form.fields(), at=timezone.now())
        return _page(request, order, form, status=422)
    drop_draft(order, by=request.user)
    messages.success(request, receipts.of_answer(order, answer))
    return redirect("orders:detail", pk=order.pk)


def _outcome(order: PurchaseOrder, form: GridForm) -> OrderOutcome | None:
    """Have the rules of answering look at what can be understood; what is wrong goes to its cells."""
    if not form.replies:
        return None
    outcome = judge(order, form.asked, Unsent(form.revision, form.replies), at=timezone.now())
    form.judge(outcome)
    return outcome


def _with_parts_changed(data: QueryDict) -> QueryDict | None:
    """Return what was posted with a part more or less, where a button without JavaScript asks for that."""
    split, (line_id, _, part) = data.get("split", ""), data.get("unsplit", "").partition("_")
    if split.isdecimal():
        return with_another_part(data, split)
    if line_id.isdecimal() and part.isdecimal() and len(part) < 3:
        return without_part(data, line_id, int(part))
    return None


def _form(
    request: SignedInRequest,
    order: PurchaseOrder,
    draft: Draft | None = None,
    *,
    data: QueryDict | None = None,
) -> GridForm:
    lines = list(
        PurchaseOrderLine.objects.visible_to(request.user).filter(order=order).order_by("sequence", "pk")
    )
    posted = (data or request.POST) if request.method == "POST" else None
    return GridForm(order, lines, asked_of(lines), posted, draft.fields if draft else None)


def _page(
    request: SignedInRequest,
    order: PurchaseOrder,
    form: GridForm,
    draft: Draft | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    on = today_at(order.company, timezone.now())
    rules = rules_question(request.user, order.company_id, order.supplier_id, on=on).ask()
    form.lock(OtherGoods.of(rules))
    context = {"order": order, "form": form, "draft": draft}
    return render(request, "grid/grid.html", context, status=status)


def _order(request: SignedInRequest, pk: int) -> PurchaseOrder:
    """Return the order, or 404 for strangers."""
    orders = PurchaseOrder.objects.visible_to(request.user).select_related("company", "supplier")
    return get_object_or_404(orders, pk=pk)
