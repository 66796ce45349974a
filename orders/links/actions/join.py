"""Somebody who was only invited joins the supplier with the first answer: the code proved their mailbox."""

from datetime import datetime

from django.db import transaction

from orders.links.models import AnswerLink
from suppliers.people.actions import accept_invitation
from suppliers.people.models import User
from suppliers.refusal import IllegalMove, Problem, Refused

_LONGEST_NAME = 150


@transaction.atomic
def join_by_link(link: AnswerLink, *, name: str, at: datetime) -> User:
    """Accept the invitation a link was sent to. Their account has no password until they choose one.

    Whoever calls this has seen the code typed, which proves what opening the invitation would. Raises Refused
    without a name, IllegalMove when the invitation was used, withdrawn or has expired.
    """
    link = AnswerLink.objects.select_related("invitation__supplier", "invitation__company").get(pk=link.pk)
    if link.invitation is None:
        raise IllegalMove("You belong to this supplier already.")
    account = User.objects.filter(email=link.invitation.email, is_active=True).first()
    name = name.strip()
    if account is None and not 0 < len(name) <= _LONGEST_NAME:
        found = f"{len(name)} characters" if name else ""
        raise Refused([Problem("name", found, f"Type your name, in at most {_LONGEST_NAME} characters")])
    user = accept_invitation(link.invitation, at=at, by=account, name=name)
    AnswerLink.objects.filter(invitation=link.invitation, user=None).update(user=user)
    return user
