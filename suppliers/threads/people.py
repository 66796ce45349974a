"""Who takes part in threads: who may be mentioned, who is told. Read by the sides a thread has."""

from django.db.models import Q, QuerySet

from suppliers.people.access import WRITE_MESSAGES
from suppliers.people.models import Membership
from suppliers.threads.lifecycle import Side
from suppliers.threads.matters import Matter


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
