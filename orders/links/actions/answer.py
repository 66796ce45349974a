"""The reader of a link answers: the same action as on the web, for the link's own revision and no other."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from orders.links.lifecycle import LinkState, state_of
from orders.links.models import AnswerLink
from orders.links.visits import facts_of
from orders.purchasing.actions import accept_order, acknowledge_order, rounds, withdraw_proposals
from orders.purchasing.models import Answer, PurchaseOrder
from suppliers.journal.models import Channel
from suppliers.people.models import User
from suppliers.refusal import Problem, Refused


@transaction.atomic
def acknowledge_by_link(link: AnswerLink, *, by: User, at: datetime, **answer: Any) -> Answer:
    """Store an answer given through a link; *answer* is what ``acknowledge_order`` takes but the revision.

    Raises Refused as that does, and when the link no longer works.
    """
    link, order = _hold(link, by=by, at=at)
    answer |= {"revision": link.revision, "channel": Channel.LINK}
    return _count(link, acknowledge_order(order, by=by, at=at, **answer), at)


@transaction.atomic
def accept_by_link(link: AnswerLink, *, by: User, at: datetime, **answer: Any) -> Answer:
    """Confirm everything that waits, as asked, through a link; *answer* is what ``accept_order`` takes.

    Raises Refused like acknowledge_by_link.
    """
    link, order = _hold(link, by=by, at=at)
    answer |= {"revision": link.revision, "channel": Channel.LINK}
    return _count(link, accept_order(order, by=by, at=at, **answer), at)


@transaction.atomic
def withdraw_by_link(link: AnswerLink, *, by: User, answer_ids: Sequence[int], at: datetime) -> None:
    """Take back through a link what nobody has decided on.

    Raises IllegalMove as ``withdraw_proposals`` does, and Refused when the link no longer works.
    """
    _, order = _hold(link, by=by, at=at)
    withdraw_proposals(order, by=by, answer_ids=answer_ids, at=at, channel=Channel.LINK)


def _hold(link: AnswerLink, *, by: User, at: datetime) -> tuple[AnswerLink, PurchaseOrder]:
    """Lock the order, then the link, and look again: a revision or a withdrawal may just have come."""
    order = rounds.hold(link.order)
    link = AnswerLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    link.order = order
    state = state_of(facts_of(link, by), at=at)
    if state is not LinkState.LIVE:
        raise Refused([Problem("link", state.value, "This link no longer takes answers", "Reload the page")])
    return link, order


def _count(link: AnswerLink, answer: Answer, at: datetime) -> Answer:
    if answer.at == at:  # not the repetition of an earlier one
        link.used += 1
        link.last_used_at = at
        link.save(update_fields=["used", "last_used_at"])
    return answer
