"""Who takes part in threads: who may be mentioned, who is told. Read by the sides a thread has."""

from collections.abc import Iterable

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


def mentionable(matter: Matter, *, mine: Side, internal: bool) -> dict[int, str]:
    """Return who can be mentioned, name by id: all colleagues; of the other side those who may answer."""
    subject = matter.subject
    ours = {"supplier_id": subject.supplier_id, "company_id": None}
    theirs = {"supplier_id": None, "company_id": subject.company_id}
    if mine is Side.BUYER:
        ours, theirs = theirs, ours
    found = _names(members_of(**ours))
    if not internal:
        found = _names(members_of(**theirs).filter(role__in=WRITE_MESSAGES)) | found
    return found


def _names(members: Iterable[Membership]) -> dict[int, str]:
    return {member.user_id: str(member.user) for member in members}
