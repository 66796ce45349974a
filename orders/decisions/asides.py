"""Offers of a policy that somebody does not want to see for a while."""

from datetime import datetime

from orders.decisions.models import OfferSetAside
from orders.decisions.offers import LOOKS_BACK, Key
from suppliers.people.models import User
from suppliers.policies.terms import Matter


def set_aside(key: Key, *, by: User, at: datetime) -> None:
    """Do not offer this to somebody until all that it rests on now is too old to count.

    Others are offered it all the same. A repeat only begins the time anew.
    """
    company, supplier, matter, is_more = key
    OfferSetAside.objects.update_or_create(
        by=by,
        company_id=company,
        supplier_id=supplier,
        matter=matter,
        is_more=is_more,
        defaults={"until": at + LOOKS_BACK},
    )


def set_aside_by(user: User, *, now: datetime) -> set[Key]:
    """Return what the user does not want to be offered now."""
    rows = OfferSetAside.objects.visible_to(user).filter(by=user, until__gt=now)
    found = rows.values_list("company", "supplier", "matter", "is_more")
    return {(company, supplier, Matter(matter), is_more) for company, supplier, matter, is_more in found}
