"""Who a session belongs to: the person and what they may see, read together."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from suppliers.people.models import Membership, User
from suppliers.prepared import prepared


class PortalBackend(AuthenticationBackend):
    """allauth's log-in; every later request reads the person with their memberships in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the active person with this primary key, their memberships at hand."""
        memberships = _memberships_of(int(user_id))
        if not memberships:
            return super().get_user(user_id)
        user = memberships[0].user
        user.active_memberships = memberships
        return user if self.user_can_authenticate(user) else None


@prepared
def _memberships_of(user_id: int) -> QuerySet[Membership]:
    """Without their suppliers, which the wall hides: it stands on what is read here."""
    return Membership.objects.filter(user=user_id).select_related("user", "company").order_by("pk")
