"""The link in an invitation: signed, so that what the database holds is not enough to make one."""

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from suppliers.people.models import Invitation
from suppliers.tenancy import wall

_NOBODY: frozenset[int] = frozenset()


def link_to(invitation: Invitation) -> str:
    """Return the address that opens this invitation, and no other."""
    token = f"{invitation.pk}-{_signature(invitation)}"
    return settings.SITE_URL + reverse("people:accept_invitation", kwargs={"token": token})


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation a link opens, whatever became of it; None for a link we did not make.

    Whoever opens it has no account yet, so this look-up alone steps outside of the tenant wall.
    """
    pk, _, signature = token.partition("-")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    with wall(suppliers=_NOBODY, companies=_NOBODY, everything=True):
        found = Invitation.objects.select_related("supplier", "company", "invited_by").filter(pk=pk).first()
    if found is None or not constant_time_compare(signature, _signature(found)):
        return None
    return found


def _signature(invitation: Invitation) -> str:
    return salted_hmac(
        "suppliers.people.invitation", f"{invitation.pk}:{invitation.nonce}", algorithm="sha256"
    ).hexdigest()
