"""Who takes part in threads: who may be mentioned, who is told. Read by the sides a thread has."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from suppliers.people.access import ANSWER_ORDERS, DECIDE_PROPOSALS, WRITE_MESSAGES
from suppliers.people.models import Membership, User
from suppliers.threads.lifecycle import Side
from suppliers.threads.matters import Matter
from suppliers.threads.models import Message, Thread


def members_of(*, supplier_id: int | None, company_id: int | None) -> QuerySet[Membership]:
    """Return the active people of a supplier, of a company, or of both; of a side that is None, nobody."""
    sides = Q(pk__in=[])
    if supplier_id is not None:
        sides |= Q(supplier_id=supplier_id)
    if company_id is not None:
        sides |= Q(company_id=company_id, supplier=None)
    return Membership.objects.filter(sides, user__is_active=True).select_related("user")


def mentionable(matter: Matter, *, mine: Side) -> dict[int, tuple[str, bool]]:
    """Return who can be mentioned by id: their name, and whether they are on our side.

    All colleagues can; of the other side those who may answer, and in shared messages only.
    """
    subject = matter.subject
    found: dict[int, tuple[str, bool]] = {}
    for member in members_of(supplier_id=subject.supplier_id, company_id=subject.company_id):
        is_ours = (member.supplier_id is None) == (mine is Side.BUYER)
        if is_ours or (member.role in WRITE_MESSAGES and member.user_id not in found):
            found[member.user_id] = (str(member.user), is_ours)
    return found


def names_for(matter: Matter, *, mine: Side, internal: bool) -> dict[int, str]:
    """Return the names by id of those who can be mentioned in a message, or in an internal note."""
    everybody = mentionable(matter, mine=mine).items()
    return {pk: name for pk, (name, is_ours) in everybody if is_ours or not internal}


def to_tell(thread: Thread, messages: Sequence[Message]) -> list[User]:
    """Return whom new messages concern, among the active people of the thread's own sides.

    That is whoever was mentioned or has written here before; of a side that was written to and has nobody
    like that, those who deal with orders. A note concerns nobody unless it mentions them or they wrote one.
    """
    members = list(members_of(supplier_id=thread.supplier_id, company_id=thread.company_id).order_by("pk"))
    mentioned = {pk for message in messages for pk in message.mentioned_ids}
    writers = set(Message.objects.filter(thread=thread).values_list("by", flat=True).distinct())
    told = {member.user_id: member.user for member in members if member.user_id in mentioned | writers}
    if not thread.is_internal:
        for side in {Side(message.side).other for message in messages}:
            theirs = [member for member in members if _is_of(member, side)]
            if not any(member.user_id in told for member in theirs):
                roles = DECIDE_PROPOSALS if side is Side.BUYER else ANSWER_ORDERS
                told |= {member.user_id: member.user for member in theirs if member.role in roles}
    return list(told.values())


def _is_of(member: Membership, side: Side) -> bool:
    return (member.supplier_id is None) == (side is Side.BUYER)
