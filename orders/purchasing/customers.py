"""A supplier's customers: few, asked for on every page, and seldom changing, so remembered for a minute."""

from collections.abc import Collection
from typing import NamedTuple

from django.core.cache import caches

from suppliers.people.models import User, VendorAccount

_SECONDS = 60


class Customer(NamedTuple):
    """One of the user's suppliers at one buyer company."""

    supplier_id: int
    supplier: str
    company_id: int
    company: str
    connection_id: int


def customers_of(user: User, *, knowing: Collection[int] = ()) -> list[Customer]:
    """Return the customers of the suppliers this person works for.

    What is remembered is read afresh when it does not know one of the companies *knowing*.
    """
    if not user.supplier_ids:
        return []
    key = "customers:" + ",".join(str(pk) for pk in sorted(user.supplier_ids))
    found: list[Customer] | None = caches["pages"].get(key)
    if found is None or not {customer.company_id for customer in found}.issuperset(knowing):
        found = _read(user)
        caches["pages"].set(key, found, _SECONDS)
    return found


def _read(user: User) -> list[Customer]:
    accounts = VendorAccount.objects.visible_to(user).filter(supplier_id__in=user.supplier_ids)
    return [
        Customer._make(row)
        for row in accounts.order_by("company__name", "pk").values_list(
            "supplier_id", "supplier__name", "company_id", "company__name", "company__connection_id"
        )
    ]
