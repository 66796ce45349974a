"""Colleagues: who works for my company, whom we invited; and the page an invitation opens."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from suppliers.people import actions
from suppliers.people.access import MANAGE_PEOPLE, may, require
from suppliers.people.forms import AcceptForm, InviteForm, role_choices
from suppliers.people.invitation_links import find_invitation
from suppliers.people.models import BuyerCompany, Invitation, Membership, Role, Supplier, User
from suppliers.people.requests import SignedInRequest
from suppliers.refusal import IllegalMove, Refused

_SUPPLIERS_SHOWN = 50
_BACKEND = "suppliers.people.backends.PortalBackend"


@dataclass(frozen=True, slots=True)
class Team:
    """A supplier or buyer company with its people, as the page shows it."""

    place: Supplier | BuyerCompany
    members: QuerySet[Membership]
    invitations: QuerySet[Invitation]
    may_manage: bool
    roles: list[tuple[str, str]]


@require_GET
def team(request: SignedInRequest) -> HttpResponse:
    """Who works for my suppliers and companies; for those who may, what to do about it."""
    teams = [_team(request.user, membership.organisation) for membership in request.user.active_memberships]
    ownerless = Supplier.objects.visible_to(request.user).none()
    word = request.GET.get("q", "").strip()
    administered = _administered(request.user)
    if administered:
        ownerless = Supplier.objects.visible_to(request.user).without_owner().filter(name__icontains=word)
        ownerless = ownerless.delivering_to(administered)
    context = {
        "teams": teams,
        "administers": administered,
        "ownerless": ownerless[:_SUPPLIERS_SHOWN],
        "q": word,
    }
    return render(request, "people/team.html", context)


@require_http_methods(["GET", "POST"])
def invite(request: SignedInRequest, supplier: int | None = None, company: int | None = None) -> HttpResponse:
    """Invite a colleague, or, as a buyer's administrator, a supplier's first owner."""
    place = _place(request.user, supplier, company)
    on_behalf_of = None if may(request.user, place, MANAGE_PEOPLE) else _as_buyer(request.user, place)
    form = InviteForm(request.POST or None, place=place, first_owner=on_behalf_of is not None)
    if form.is_valid():
        try:
            invitation = actions.invite_person(
                place, **form.cleaned_data, by=request.user, at=timezone.now(), on_behalf_of=on_behalf_of
            )
        except Refused as refused:
            form.take(refused)
        else:
            messages.success(request, f"The invitation to {invitation.email} is on its way.")
            return redirect("people:team")
    context = {"form": form, "place": place, "on_behalf_of": on_behalf_of}
    return render(request, "people/invite.html", context, status=422 if form.errors else 200)


@require_POST
def change_role(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a colleague another role."""
    membership = _colleague(request, pk)
    try:
        actions.change_role(membership, role=request.POST.get("role", ""), by=request.user, at=timezone.now())
    except Refused as refused:
        raise IllegalMove(str(refused)) from refused
    messages.success(request, f"{membership.user} has a new role.")
    return redirect("people:team")


@require_POST
def remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """End a colleague's access."""
    membership = _colleague(request, pk)
    actions.remove_member(membership, by=request.user, at=timezone.now())
    messages.success(request, f"{membership.user} no longer works for {membership.organisation} here.")
    return redirect("people:team")


@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make an invitation's link useless."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    require(request.user, invitation, MANAGE_PEOPLE)
    actions.withdraw_invitation(invitation, by=request.user, at=timezone.now())
    messages.success(request, f"The invitation of {invitation.email} is withdrawn.")
    return redirect("people:team")


@never_cache
@login_not_required
@require_http_methods(["GET", "POST"])
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; only the POST of its form makes the account and the membership."""
    invitation = find_invitation(token)
    if invitation is None:
        raise Http404("There is no such invitation.")
    by = request.user if isinstance(request.user, User) else None
    form = AcceptForm(request.POST or None, email=invitation.email)
    obstacle = actions.obstacle_to(invitation, by=by, at=timezone.now())
    if request.method == "POST" and not obstacle and (by or form.is_valid()):
        return _accept(request, invitation, by, form)
    context = {"invitation": invitation, "form": form, "obstacle": obstacle, "by": by}
    return render(request, "people/accept_invitation.html", context, status=_status(request, obstacle))


def _accept(request: HttpRequest, invitation: Invitation, by: User | None, form: AcceptForm) -> HttpResponse:
    told = {} if by else form.cleaned_data
    user = actions.accept_invitation(invitation, at=timezone.now(), by=by, **told)
    if by is None:
        login(request, user, backend=_BACKEND)
    messages.success(request, f"Welcome. You now work for {invitation.organisation}.")
    return redirect("home:worklist")


def _status(request: HttpRequest, obstacle: str) -> int:
    if request.method != "POST":
        return 200
    return 409 if obstacle else 422


def _team(user: User, place: Supplier | BuyerCompany) -> Team:
    mine = {"supplier": place} if isinstance(place, Supplier) else {"company": place, "supplier": None}
    members = (
        Membership.objects.visible_to(user).filter(**mine).select_related("user").order_by("user__name", "pk")
    )
    return Team(
        place=place,
        members=members,
        invitations=Invitation.objects.visible_to(user).open().filter(**mine),
        may_manage=may(user, place, MANAGE_PEOPLE),
        roles=role_choices(place),
    )


def _place(user: User, supplier: int | None, company: int | None) -> Supplier | BuyerCompany:
    if supplier is not None:
        return get_object_or_404(Supplier.objects.visible_to(user), pk=supplier)
    return get_object_or_404(BuyerCompany.objects.visible_to(user), pk=company)


def _colleague(request: SignedInRequest, pk: int) -> Membership:
    colleagues = Membership.objects.visible_to(request.user).select_related("user", "supplier", "company")
    membership = get_object_or_404(colleagues, pk=pk)
    require(request.user, membership, MANAGE_PEOPLE)
    return membership


def _administered(user: User) -> list[BuyerCompany]:
    return [m.company for m in user.active_memberships if m.company and m.role == Role.ADMINISTRATOR]


def _as_buyer(user: User, place: Supplier | BuyerCompany) -> BuyerCompany:
    """Return the company for which this administrator may invite the supplier's first owner."""
    if isinstance(place, Supplier):
        for company in _administered(user):
            if Supplier.objects.visible_to(user).delivering_to([company]).filter(pk=place.pk).exists():
                return company
    raise PermissionDenied("Inviting people takes the role of an owner or an administrator.")
