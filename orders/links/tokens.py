"""What a link carries: whose order it opens, a random secret, and our signature over both.

The signature is checked before the database is asked, so the tenant wall can be set to the one supplier that
a genuine link names. The secret is stored as a digest: neither the database alone nor the signing key alone
is enough to make a link. Tokens are bearers of a right: they are never logged (see integrations/masking.py).
"""

import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_LONGEST = 200
_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Claim:
    """What a genuine token says. It sees rows of its supplier (see Viewer in suppliers/tenancy.py)."""

    supplier_id: int
    digest: str

    @property
    def supplier_ids(self) -> frozenset[int]:
        """The one supplier whose order the link opens."""
        return frozenset({self.supplier_id})

    @property
    def company_ids(self) -> frozenset[int]:
        """No buyer company: a link never acts for the buyer."""
        return _NOBODY


def make_token(supplier_id: int) -> tuple[str, Claim]:
    """Return a new token and what is to be stored of it."""
    secret = secrets.token_urlsafe(18)
    return _signer().sign(f"{supplier_id}.{secret}"), Claim(supplier_id, _digest(secret))


def read_token(token: str) -> Claim | None:
    """Return what a token says; None unless we signed it."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        supplier_id, _, secret = _signer().unsign(token).partition(".")
    except BadSignature:
        return None
    return Claim(int(supplier_id), _digest(secret))


def url_of(token: str) -> str:
    """Return the address that opens what a token stands for."""
    return settings.SITE_URL + reverse("links:order", kwargs={"token": token})


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _signer() -> Signer:
    return Signer(sep=".", salt="orders.links")
