"""Who joins, what they do and who leaves: each verb locks, looks, moves, notes and tells."""

from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from suppliers.journal.actions import Happening, note
from suppliers.notices.actions import notify, notify_address
from suppliers.people.invitation_links import link_to
from suppliers.people.models import (
    BUYER_ROLES,
    SUPPLIER_ROLES,
    BuyerCompany,
    Invitation,
    Membership,
    Role,
    Supplier,
    User,
)
from suppliers.refusal import IllegalMove, Problem, Refused
from suppliers.tenancy import wall

INVITATION_DAYS = 7


@transaction.atomic
def invite_person(
    of: Supplier | BuyerCompany,
    *,
    email: str,
    role: str,
    by: User | None,
    at: datetime,
    on_behalf_of: BuyerCompany | None = None,
) -> Invitation:
    """Keep a place for somebody and send them the link to it.

    ``on_behalf_of`` names the buyer that invites a supplier's first owner. An earlier invitation of the same
    person to the same place is withdrawn: the newest link is the one that works. Raises Refused.
    """
    _lock(of)
    email = email.strip().lower()
    if problems := problems_of_invitation(of, email=email, role=role, on_behalf_of=on_behalf_of):
        raise Refused(problems)
    place = {
        "supplier": of if isinstance(of, Supplier) else None,
        "company": of if isinstance(of, BuyerCompany) else on_behalf_of,
    }
    Invitation.objects.open().filter(email=email, **place).update(withdrawn_at=at)
    invitation = Invitation.objects.create(
        email=email,
        role=role,
        invited_by=by,
        created_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
        **place,
    )
    note(
        invitation,
        Happening("person.invited", f"{by or 'Quayside'} invited {email} as {_label(role)} of {of}."),
        by=by,
        at=at,
    )
    notify_address(
        invitation,
        event="invitation",
        email=email,
        context={
            "invited_by": str(by or "Quayside"),
            "organisation": of.name,
            "inviting_company": on_behalf_of.name if on_behalf_of else "",
            "role": _label(role),
            "expires_at": invitation.expires_at,
        },
        at=at,
        key=f"invitation:{invitation.pk}",
        private_link=link_to(invitation),
    )
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: Invitation, *, by: User, at: datetime) -> None:
    """Make an invitation's link useless. Raises IllegalMove when it was accepted or withdrawn before."""
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    _must_be_open(invitation)
    invitation.withdrawn_at = at
    invitation.save(update_fields=["withdrawn_at"])
    happening = Happening("person.uninvited", f"{by} withdrew the invitation of {invitation.email}.")
    note(invitation, happening, by=by, at=at)


@transaction.atomic
def accept_invitation(
    invitation: Invitation, *, at: datetime, by: User | None = None, name: str = "", password: str = ""
) -> User:
    """Turn an invitation into a membership, and make the account unless there is one.

    ``by`` is whoever is logged in: an account that exists accepts by itself. The form checked the password;
    somebody who accepts without one (see orders/links) sets it later, through "forgot your password".
    Works behind the wall of the place invited to, for a new person has none of their own.
    Raises IllegalMove (used, withdrawn, expired, somebody else's).
    """
    with wall(suppliers=_ids(invitation.supplier_id), companies=_ids(invitation.company_id)):
        invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
        _must_be_open(invitation)
        _must_not_be_late(invitation, at)
        _lock(invitation.organisation)
        user = _who_accepts(invitation, by) or _new_user(invitation.email, name, password or None)
        side = "supplier" if invitation.supplier_id else "company"
        if Membership.objects.filter(user=user, **{side: invitation.organisation}).exists():
            raise IllegalMove(f"You belong to {invitation.organisation} already.")
        Membership.objects.create(user=user, role=invitation.role, **{side: invitation.organisation})
        invitation.accepted_at = at
        invitation.save(update_fields=["accepted_at"])
        sentence = f"{user} joined {invitation.organisation} as {_label(invitation.role)}."
        note(invitation, Happening("person.joined", sentence), by=user, at=at)
    user.__dict__.pop("active_memberships", None)
    return user


@transaction.atomic
def change_role(membership: Membership, *, role: str, by: User | None, at: datetime) -> None:
    """Give a colleague another role.

    Raises IllegalMove when nobody would be left to manage the company's people, Refused for a role of the
    other side or the one they have.
    """
    membership, place = _locked(membership)
    problems = _wrong_role(place, role, None)
    if not problems and role == membership.role:
        problems = [Problem("role", "", f"{membership.user} is {_label(role)} already")]
    if problems:
        raise Refused(problems)
    _keep_one_in_charge(membership, place, but=role)
    old, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    note(
        membership,
        Happening(
            "person.role_changed",
            f"{by or 'Quayside'} made {membership.user} {_label(role)} of {place}.",
            changes=({"what": "role", "old": _label(old), "new": _label(role)},),
        ),
        by=by,
        at=at,
    )
    context = {
        "by": str(by or "Quayside"),
        "organisation": place.name,
        "role": _label(role),
        "url": reverse("people:team"),
    }
    key = f"membership:{membership.pk}:{role}:{at.isoformat()}"
    notify(membership, event="role_changed", to=[membership.user], context=context, at=at, key=key)


@transaction.atomic
def remove_member(membership: Membership, *, by: User | None, at: datetime) -> None:
    """End somebody's work for a supplier or buyer company; their account and what they did stay.

    Raises IllegalMove when nobody would be left to manage the company's people.
    """
    membership, place = _locked(membership)
    _keep_one_in_charge(membership, place, but=None)
    sentence = f"{by or 'Quayside'} removed {membership.user} from {place}."
    note(membership, Happening("person.removed", sentence), by=by, at=at)
    context = {"by": str(by or "Quayside"), "organisation": place.name, "url": reverse("home:worklist")}
    key = f"membership:{membership.pk}:removed"
    notify(membership, event="access_removed", to=[membership.user], context=context, at=at, key=key)
    membership.delete()


def change_time_zone(user: User, *, to: str) -> None:
    """Show times to somebody in another zone, by its IANA name; whoever calls has checked that it is one."""
    if user.time_zone != to:
        user.time_zone = to
        user.save(update_fields=["time_zone"])


def problems_of_invitation(
    of: Supplier | BuyerCompany, *, email: str, role: str, on_behalf_of: BuyerCompany | None = None
) -> list[Problem]:
    """Everything that speaks against inviting this person as this."""
    return [*_wrong_email(of, email), *_wrong_role(of, role, on_behalf_of)]


def obstacle_to(invitation: Invitation, *, by: User | None, at: datetime) -> str:
    """Say in a sentence why whoever looks (``by``, None: nobody yet) cannot accept; empty when they can."""
    try:
        _must_be_open(invitation)
        _must_not_be_late(invitation, at)
        _who_accepts(invitation, by)
    except IllegalMove as reason:
        return reason.sentence
    return ""


def _must_not_be_late(invitation: Invitation, at: datetime) -> None:
    if at >= invitation.expires_at:
        raise IllegalMove("This invitation has expired. Ask for a new one.")


def _must_be_open(invitation: Invitation) -> None:
    if invitation.accepted_at:
        raise IllegalMove("This invitation was used already. Log in with your e-mail address and password.")
    if invitation.withdrawn_at:
        raise IllegalMove("This invitation was withdrawn, or a newer one was sent: use the newest mail.")


def _lock(place: Supplier | BuyerCompany) -> None:
    """Let one change of a company's people follow the other; orders go on meanwhile (no key is locked)."""
    type(place)._default_manager.select_for_update(no_key=True).get(pk=place.pk)


def _locked(membership: Membership) -> tuple[Membership, Supplier | BuyerCompany]:
    """Lock the company, then look at the membership again: somebody else may have been faster."""
    place = membership.organisation
    _lock(place)
    fresh = Membership.objects.select_related("user").filter(pk=membership.pk).first()
    if fresh is None:
        raise IllegalMove("This colleague was removed already.")
    return fresh, place


def _keep_one_in_charge(membership: Membership, place: Supplier | BuyerCompany, *, but: str | None) -> None:
    in_charge = Role.OWNER if isinstance(place, Supplier) else Role.ADMINISTRATOR
    if membership.role != in_charge or but == in_charge:
        return
    others = place.members.filter(role=in_charge, user__is_active=True).exclude(pk=membership.pk)
    if not others.exists():
        raise IllegalMove(
            f"{membership.user} is the last {in_charge.label.lower()} of {place}: "
            f"make somebody else {in_charge.label.lower()} first."
        )


def _wrong_email(of: Supplier | BuyerCompany, email: str) -> list[Problem]:
    try:
        validate_email(email)
    except ValidationError:
        return [Problem("email", email, "An e-mail address like name@company.example is needed")]
    if of.members.filter(user__email__iexact=email).exists():
        return [Problem("email", "", f"{email} belongs to {of} already")]
    return []


def _wrong_role(of: Supplier | BuyerCompany, role: str, on_behalf_of: BuyerCompany | None) -> list[Problem]:
    allowed = SUPPLIER_ROLES if isinstance(of, Supplier) else BUYER_ROLES
    if role not in allowed:
        return [Problem("role", role, f"A role at {of} is one of {', '.join(sorted(allowed))}")]
    if on_behalf_of is None or not isinstance(of, Supplier):
        return []
    if role != Role.OWNER:
        return [Problem("role", role, "A buyer invites a supplier's first owner only")]
    if of.members.filter(role=Role.OWNER, user__is_active=True).exists():
        return [Problem("email", "", f"{of} has an owner already", "Ask them to invite their colleagues")]
    return []


def _who_accepts(invitation: Invitation, by: User | None) -> User | None:
    """Return the account that accepts; None when it is still to be made."""
    if by is not None:
        if by.email.lower() != invitation.email:
            raise IllegalMove(
                f"This invitation is for {invitation.email}; you are logged in as {by.email}. Log out first."
            )
        return by
    if User.objects.filter(email__iexact=invitation.email).exists():
        raise IllegalMove(f"{invitation.email} has an account: log in, then open the invitation again.")
    return None


def _new_user(email: str, name: str, password: str | None) -> User:
    user = User.objects.create_user(email, password, name=name.strip())
    # The link came by mail: whoever opened it reads that mailbox.
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _label(role: str) -> str:
    return Role(role).label


def _ids(pk: int | None) -> frozenset[int]:
    return frozenset() if pk is None else frozenset({pk})
