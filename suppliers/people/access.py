"""What each role may do. Rows come through ``visible_to`` first (404); then the role decides (403)."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from suppliers.people.models import Role, User
from suppliers.people.roles import ANSWER_ORDERS, DECIDE_PROPOSALS
from suppliers.tenancy import Sided

__all__ = [
    "ANSWER_ORDERS",
    "DECIDE_PROPOSALS",
    "MANAGE_PEOPLE",
    "MANAGE_POLICIES",
    "WRITE_MESSAGES",
    "may",
    "require",
]

MANAGE_POLICIES = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
MANAGE_PEOPLE = frozenset({Role.OWNER, Role.ADMINISTRATOR})
WRITE_MESSAGES = frozenset(Role) - {Role.READ_ONLY}


def may(user: User, row: Sided, roles: Iterable[Role]) -> bool:
    """Whether the user has one of these roles towards the row's supplier or buyer company."""
    return not user.roles_for(row).isdisjoint(roles)


def require(user: User, row: Sided, roles: frozenset[Role]) -> None:
    """Raise PermissionDenied, with a sentence for the person, unless the user has one of these roles."""
    if not may(user, row, roles):
        needed = " or ".join(sorted(role.label for role in roles))
        raise PermissionDenied(f"Your role does not allow this; it takes: {needed}.")
