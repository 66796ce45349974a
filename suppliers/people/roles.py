"""The roles people have at the companies on both sides. Pure."""

from django.db import models


class Role(models.TextChoices):
    """What somebody does for their company."""

    OWNER = "OWNER", "Owner"
    SALES = "SALES", "Sales"
    LOGISTICS = "LOGISTICS", "Logistics"
    FINANCE = "FINANCE", "Finance"
    READ_ONLY = "READ_ONLY", "Read only"
    BUYER = "BUYER", "Buyer"
    ACCOUNTS_PAYABLE = "ACCOUNTS_PAYABLE", "Accounts payable"
    MANAGER = "MANAGER", "Manager"
    ADMINISTRATOR = "ADMINISTRATOR", "Administrator"


SUPPLIER_ROLES = frozenset({Role.OWNER, Role.SALES, Role.LOGISTICS, Role.FINANCE, Role.READ_ONLY})
BUYER_ROLES = frozenset({Role.BUYER, Role.ACCOUNTS_PAYABLE, Role.MANAGER, Role.ADMINISTRATOR})

# Rights that several roles have: who has one may stand in for a colleague who has it too.
ANSWER_ORDERS = frozenset({Role.OWNER, Role.SALES})
DECIDE_PROPOSALS = frozenset({Role.BUYER, Role.MANAGER, Role.ADMINISTRATOR})


def have_same_right(one: Role, other: Role) -> bool:
    """Whether two roles, in the same place, let somebody do the same work."""
    return one == other or any(one in right and other in right for right in (ANSWER_ORDERS, DECIDE_PROPOSALS))
