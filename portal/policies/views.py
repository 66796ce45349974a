"""Policies on the web: read by all concerned, made, replaced and ended by managers, after a what-if."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from orders.purchasing.hidden_fields import read_id
from portal.policies.forms import EXPLAINED, MONTHS, CalendarForm, PolicyForm, TermsForm, shown_terms
from portal.policies.lab import Lab, can_be_tried, draft_rule, try_out
from portal.policies.reading import (
    OFFERED,
    calendar_of,
    choices_of,
    policies_page,
    policy_page,
    product_id_of,
    today_of,
)
from suppliers.numbers import whole_number
from suppliers.people.access import MANAGE_POLICIES, require
from suppliers.people.models import BuyerCompany
from suppliers.people.requests import SignedInRequest
from suppliers.policies.actions import create_policy, end_policy, replace_policy, set_company_calendar
from suppliers.policies.drafts import Target
from suppliers.policies.models import Policy
from suppliers.policies.records import Rule, Scope
from suppliers.policies.terms import Beyond, Days, Joined, Matter
from suppliers.refusal import Refused

_EDITING = ["GET", "HEAD", "POST"]
# What a link to the form of a new policy may fill in.
_WISHES = (
    "name",
    "supplier",
    "reason",
    "days",
    "lower_amount",
    "lower_percent",
    "upper_amount",
    "upper_percent",
)
_LONGEST_WISH = 300


@require_safe
def policy_list(request: SignedInRequest) -> HttpResponse:
    """Show the policies in force and to come; suppliers see those of their customers that concern them."""
    context = policies_page(
        request.user,
        matter=request.GET.get("matter", ""),
        ended=request.GET.get("ended") == "1",
        now=timezone.now(),
    )
    return render(request, "policies/list.html", context)


@require_safe
def detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show what a policy says today, and all it ever said."""
    context = policy_page(_visible(request, pk), request.user, now=timezone.now())
    return render(request, "policies/detail.html", context | {"submission": uuid4()})


@require_http_methods(_EDITING)
def new(request: SignedInRequest, company: int, matter: str) -> HttpResponse:
    """Make a policy about one matter; with "try" show first what it would have done."""
    buyer = _managed(request, company)
    about = get_matter(matter)
    suppliers, categories = choices_of(buyer, request.user)
    initial = {"starts_on": timezone.localdate().isoformat(), "currency": buyer.currency, "name": about.label}
    data = request.POST if request.method == "POST" else None
    initial |= _wished(request)
    form = PolicyForm(
        about, data, initial=_first(about) | initial, suppliers=suppliers, categories=categories
    )
    context = {"form": form, "company": buyer, "matter": about}
    if data is None:
        return _form_page(request, context)
    terms, target = form.terms(), _target(form, buyer, request)
    scope = Scope(
        buyer.pk, target.supplier_id, target.product_odoo_id, target.product_code, target.category_odoo_id
    )
    draft = draft_rule(about, scope, terms, name=target.name, replaces=None)
    if "try" in request.POST:
        return _try(request, context, form, lambda: _lab(request, buyer, draft, None))
    try:
        if form.problems:
            raise Refused(form.problems)
        version = create_policy(
            buyer,
            by=request.user,
            target=target,
            terms=terms,
            submission=form.submission,
            at=timezone.now(),
            simulation=_kept(request, lambda: _lab(request, buyer, draft, None)),
        )
    except Refused as refused:
        return _refused(request, context, form, refused, lambda: _lab(request, buyer, draft, None))
    messages.success(request, f"“{version.policy}” holds from {terms.starts_on} on.")
    return redirect("policies:detail", pk=version.policy_id)


@require_http_methods(_EDITING)
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say something else from a day on: a new version; with "try" show first what it would have done."""
    policy = _visible(request, pk)
    require(request.user, policy, MANAGE_POLICIES)
    page = policy_page(policy, request.user, now=timezone.now())
    newest, about = page["newest"], Matter(policy.matter)
    initial = shown_terms(newest) | {"starts_on": today_of(policy, timezone.now()).isoformat()}  # type: ignore[arg-type]
    data = request.POST if request.method == "POST" else None
    form = TermsForm(about, data, initial=initial)
    context = page | {"form": form, "company": policy.company}
    if data is None:
        return _form_page(request, context)
    terms = form.terms()
    draft = draft_rule(about, policy.scope, terms, name=policy.name, replaces=policy)
    if "try" in request.POST:
        return _try(request, context, form, lambda: _lab(request, policy.company, draft, policy))
    try:
        if form.problems:
            raise Refused(form.problems)
        version = replace_policy(
            policy,
            by=request.user,
            terms=terms,
            after=whole_number(request.POST.get("after")) or 0,
            submission=form.submission,
            at=timezone.now(),
            simulation=_kept(request, lambda: _lab(request, policy.company, draft, policy)),
        )
    except Refused as refused:
        return _refused(request, context, form, refused, lambda: _lab(request, policy.company, draft, policy))
    messages.success(request, f"Version {version.number} of “{policy}” holds from {terms.starts_on} on.")
    return redirect("policies:detail", pk=policy.pk)


@require_POST
def end(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a policy from today on, with a reason."""
    policy = _visible(request, pk)
    require(request.user, policy, MANAGE_POLICIES)
    now = timezone.now()
    try:
        end_policy(
            policy,
            by=request.user,
            on=today_of(policy, now),
            reason=request.POST.get("reason", "").replace("\0", ""),
            after=whole_number(request.POST.get("after")) or 0,
            submission=read_id(request.POST.get("submission", "")),
            at=now,
        )
    except Refused as refused:
        context = policy_page(policy, request.user, now=now)
        context |= {"problems": refused.problems, "submission": uuid4()}
        return render(request, "policies/detail.html", context, status=422)
    messages.success(request, f"“{policy}” does not hold any more. What was decided with it stays.")
    return redirect("policies:detail", pk=policy.pk)


@require_http_methods(_EDITING)
def calendar(request: SignedInRequest, company: int) -> HttpResponse:
    """Say on which days the company works, for policies that count its working days."""
    buyer = _managed(request, company)
    data = request.POST if request.method == "POST" else None
    form = CalendarForm(data, calendar=calendar_of(buyer, request.user))
    if data is not None and form.is_valid():
        days, problems = form.days()
        try:
            if problems:
                raise Refused(problems)
            place = {name: form.cleaned_data[name] for name in ("country", "subdivision")}
            set_company_calendar(buyer, by=request.user, closed_days=days, at=timezone.now(), **place)
        except Refused as refused:
            for problem in refused.problems:
                form.add_error(problem.where if problem.where in form.fields else None, problem.sentence())
        else:
            messages.success(request, "The working days are saved.")
            return redirect("policies:calendar", company=buyer.pk)
    context = {"form": form, "company": buyer}
    return render(request, "policies/calendar.html", context, status=422 if form.errors else 200)


def get_matter(name: str) -> Matter:
    """Return the matter that an address names, or 404."""
    found = next((matter for matter in OFFERED if matter.value == name.upper()), None)
    if found is None:
        raise Http404
    return found


def _visible(request: SignedInRequest, pk: int) -> Policy:
    policies = Policy.objects.visible_to(request.user).select_related("company", "supplier")
    return get_object_or_404(policies, pk=pk)


def _managed(request: SignedInRequest, pk: int) -> BuyerCompany:
    company = get_object_or_404(BuyerCompany.objects.visible_to(request.user), pk=pk)
    require(request.user, company, MANAGE_POLICIES)
    return company


def _target(form: PolicyForm, company: BuyerCompany, request: SignedInRequest) -> Target:
    category, code = form.chosen("category"), form.text("product_code")[:64]
    return Target(
        name=form.text("name"),
        matter=form.matter,
        supplier_id=form.chosen("supplier"),
        product_odoo_id=product_id_of(company, request.user, code) if code else None,
        product_code=code,
        category_odoo_id=category,
        category_name=form.label_of("category"),
    )


def _form_page(request: SignedInRequest, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    about: Matter = context["matter"]
    context |= {"explained": EXPLAINED[about], "can_be_tried": can_be_tried(about), "months": MONTHS}
    return render(request, "policies/form.html", context, status=status)


def _try(
    request: SignedInRequest, context: dict[str, Any], form: TermsForm, run: Callable[[], Lab]
) -> HttpResponse:
    """Show what the draft would have done: htmx gets the table, a browser without it the whole page."""
    if problems := form.wrong_bounds():
        form.show(problems)
        if request.htmx:
            return render(request, "policies/_whatif.html", context | {"problems": problems}, status=422)
        return _form_page(request, context, status=422)
    context |= {"lab": run()}
    if request.htmx:
        return render(request, "policies/_whatif.html", context)
    return _form_page(request, context)


def _refused(
    request: SignedInRequest,
    context: dict[str, Any],
    form: TermsForm,
    refused: Refused,
    run: Callable[[], Lab],
) -> HttpResponse:
    """Show the form with what is wrong with it, and still with the what-if that was looked at."""
    if request.POST.get("tried") == "1" and not form.wrong_bounds():
        context |= {"lab": run()}
    form.show(refused.problems)
    return _form_page(request, context, status=422)


def _lab(request: SignedInRequest, company: BuyerCompany | None, draft: Rule, replaces: Policy | None) -> Lab:
    assert company is not None  # noqa: S101 - the database holds it (policy_has_a_company)
    months = next((one for one in MONTHS if str(one) == request.POST.get("months")), MONTHS[1])
    return try_out(company, request.user, draft, replaces=replaces, months=months, now=timezone.now())


def _kept(request: SignedInRequest, run: Callable[[], Lab]) -> dict[str, Any] | None:
    """Keep the what-if with the version when whoever saves it has looked at one."""
    return run().as_json() if request.POST.get("tried") == "1" else None


def _first(about: Matter) -> dict[str, str]:
    """What is chosen in a new policy's form before anybody chose."""
    days = Days.COMPANY if about in {Matter.DATE, Matter.AGAIN} else Days.CALENDAR
    return {"joined": Joined.AND, "days": days, "beyond": Beyond.BUYER}


def _wished(request: SignedInRequest) -> dict[str, str]:
    """What a link fills in: an offer to make a policy of what was decided again and again."""
    return {
        name: request.GET[name].replace("\0", "")[:_LONGEST_WISH] for name in _WISHES if name in request.GET
    }
