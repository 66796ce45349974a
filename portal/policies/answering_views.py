"""How long suppliers have to answer, on the web: read by the company's buyers, set by its managers."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.deadlines.actions import end_answer_terms, set_answer_terms
from orders.deadlines.drafts import check_draft
from orders.purchasing.hidden_fields import read_id
from orders.purchasing.positions import today_at
from portal.policies.answering import answering_page, holding_of, terms_said
from portal.policies.answering_form import AnsweringForm
from suppliers.numbers import whole_number
from suppliers.people.access import MANAGE_POLICIES, require
from suppliers.people.models import BUYER_ROLES, BuyerCompany, Supplier
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import IllegalMove, Refused


@require_safe
def answering(request: SignedInRequest, company: int) -> HttpResponse:
    """Show how long suppliers have to answer, and what was said about it."""
    buyer = _company(request, company)
    require(request.user, buyer, BUYER_ROLES)
    return _page(request, buyer)


@require_http_methods(["GET", "HEAD", "POST"])
def set_terms(request: SignedInRequest, company: int) -> HttpResponse:
    """Say how long all suppliers, or one of them, have to answer from a day on."""
    buyer = _company(request, company)
    require(request.user, buyer, MANAGE_POLICIES)
    now, data = timezone.now(), request.POST if request.method == "POST" else None
    suppliers = dict(
        Supplier.objects.visible_to(request.user).delivering_to([buyer]).values_list("pk", "name")
    )
    chosen, today = whole_number((data or request.GET).get("supplier")) or None, today_at(buyer, now)
    said = terms_said(buyer, request.user)
    holding = holding_of([row for row in said if row.supplier_id == chosen], today)
    form = AnsweringForm(data, terms=holding.terms, suppliers=suppliers, chosen=chosen, today=today)
    context = {"form": form, "company": buyer, "after": said[0].pk if said else 0}
    if data is None:
        return render(request, "policies/answering_form.html", context)
    supplier, draft = form.supplier_id(), form.draft()
    try:
        if form.problems:
            raise Refused([*form.problems, *check_draft(draft, today=today)])
        row = set_answer_terms(
            buyer,
            by=request.user,
            supplier_id=supplier,
            draft=draft,
            after=whole_number(data.get("after")) or 0,
            submission=form.submission,
            at=now,
        )
    except Refused as refused:
        form.show(refused.problems)
        return render(request, "policies/answering_form.html", context, status=422)
    except IllegalMove as move:
        form.overtaken(move.sentence)
        return render(request, "policies/answering_form.html", context, status=409)
    messages.success(
        request, f"This holds from {row.starts_on} on. Clocks that run keep what they began with."
    )
    return redirect("policies:answering", company=buyer.pk)


@require_POST
def end_terms(request: SignedInRequest, company: int) -> HttpResponse:
    """Leave a supplier to what holds for all, or all to what is usual, from today on."""
    buyer = _company(request, company)
    require(request.user, buyer, MANAGE_POLICIES)
    now = timezone.now()
    try:
        end_answer_terms(
            buyer,
            by=request.user,
            supplier_id=whole_number(request.POST.get("supplier")) or None,
            on=today_at(buyer, now),
            reason=request.POST.get("reason", "").replace("\0", ""),
            after=whole_number(request.POST.get("after")) or 0,
            submission=read_id(request.POST.get("submission", "")),
            at=now,
        )
    except Refused as refused:
        return _page(request, buyer, problems=refused.problems, status=422)
    messages.success(request, "Ended. Clocks that run keep what they began with.")
    return redirect("policies:answering", company=buyer.pk)


def _page(request: SignedInRequest, company: BuyerCompany, *, status: int = 200, **more: Any) -> HttpResponse:
    page = answering_page(company, request.user, now=timezone.now())
    context = {"page": page, "submission": uuid4()} | more
    return render(request, "policies/answering.html", context, status=status)


def _company(request: SignedInRequest, pk: int) -> BuyerCompany:
    return get_object_or_404(BuyerCompany.objects.visible_to(request.user), pk=pk)
