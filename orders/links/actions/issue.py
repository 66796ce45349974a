"""Links are issued, sent again and withdrawn."""

from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction

from orders.links import mail
from orders.links.lifecycle import Cause, Facts, state_of
from orders.links.models import AnswerLink
from orders.links.rules import FRESH_LINKS
from orders.links.tokens import make_token, url_of
from orders.purchasing.actions import rounds
from orders.purchasing.models import PurchaseOrder
from orders.purchasing.positions import closed_problem
from suppliers.journal.actions import Happening, note
from suppliers.journal.models import Channel
from suppliers.people.models import Invitation, User
from suppliers.refusal import IllegalMove

_SENT_JUST_NOW = timedelta(minutes=1)


def issue_link(
    order: PurchaseOrder, *, to: User | Invitation, cause: Cause = Cause.NEWS, at: datetime
) -> str:
    """Store a link to the order as it is now for one reader, and return its address: it is not kept anywhere.

    Part of writing the mail that carries it, in the same transaction.
    """
    token, claim = make_token(order.supplier_id)
    invitation = to if isinstance(to, Invitation) else None
    AnswerLink.objects.create(
        supplier_id=order.supplier_id,
        company_id=order.company_id,
        order=order,
        revision=order.revision,
        user_id=None if invitation else to.pk,
        invitation=invitation,
        email=to.email,
        digest=claim.digest,
        cause=cause,
        issued_at=at,
        expires_at=at + timedelta(days=settings.ANSWER_LINK_DAYS),
    )
    return url_of(token)


@transaction.atomic
def send_fresh_link(link: AnswerLink, *, to: User, at: datetime) -> bool:
    """Mail a link to the order as it is now to the address on file, for whoever holds an old one.

    Returns whether a mail was written: not for a link that works or never will, and not too often. The page
    says the same either way.
    """
    order = rounds.hold(link.order)
    # The order's lock lets one request follow the other, so that they are counted.
    link = AnswerLink.objects.select_related("order", "invitation").get(pk=link.pk)
    if not state_of(_as_it_was_opened(link, order), at=at).may_be_renewed:
        return False
    earlier = AnswerLink.objects.filter(
        email=to.email, cause=Cause.READER, issued_at__gt=at - FRESH_LINKS.memory
    )
    if FRESH_LINKS.free_at(list(earlier.values_list("issued_at", flat=True)), now=at) > at:
        return False
    addressee: User | Invitation = to if to.pk is not None else _invitation_of(link)
    make_link = partial(issue_link, order, to=addressee, cause=Cause.READER, at=at)
    mail.send_link_mail(order, to=to, by=None, at=at, make_link=make_link)
    sentence = f"A fresh link was sent to {mail.reader_name(link, to)}, asked for with an old one."
    note(order, Happening("link.renewed", sentence), by=None, at=at, channel=Channel.LINK)
    return True


@transaction.atomic
def send_link(order: PurchaseOrder, *, to: User, by: User, at: datetime) -> None:
    """A buyer sends a contact of the supplier a link to the order as it is now. Raises IllegalMove."""
    order = rounds.hold(order)
    if closed := closed_problem(order):
        raise IllegalMove(closed.sentence())
    just_now = AnswerLink.objects.filter(
        order=order, user=to, cause=Cause.BUYER, issued_at__gt=at - _SENT_JUST_NOW
    )
    if just_now.exists():
        raise IllegalMove(f"{to} was sent a link less than a minute ago.")
    make_link = partial(issue_link, order, to=to, cause=Cause.BUYER, at=at)
    mail.send_link_mail(order, to=to, by=by, at=at, make_link=make_link)
    note(order, Happening("link.sent", f"{by} sent {to} a link to this order by mail."), by=by, at=at)


@transaction.atomic
def revoke_link(link: AnswerLink, *, by: User, at: datetime) -> None:
    """A buyer makes a link useless at once. Raises IllegalMove when it was withdrawn before."""
    link = AnswerLink.objects.select_for_update(of=("self",)).select_related("order", "user").get(pk=link.pk)
    if link.revoked_at is not None:
        raise IllegalMove("This link was withdrawn already.")
    link.revoked_at, link.revoked_by = at, by
    link.save(update_fields=["revoked_at", "revoked_by"])
    sentence = f"{by} withdrew the link that was mailed to {mail.reader_name(link, link.user)}."
    note(link.order, Happening("link.revoked", sentence), by=by, at=at)


def _as_it_was_opened(link: AnswerLink, order: PurchaseOrder) -> Facts:
    """Whose it is was looked at when it was opened; the order is looked at again, under its lock."""
    return Facts(
        revision=link.revision,
        expires_at=link.expires_at,
        is_revoked=link.revoked_at is not None,
        order_revision=order.revision,
        order_is_open=order.is_open,
        reader_may_look=True,
        reader_may_answer=True,
    )


def _invitation_of(link: AnswerLink) -> Invitation:
    assert link.invitation is not None  # noqa: S101 - a reader without an account was invited
    return link.invitation
