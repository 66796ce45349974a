"""The people of a sandbox, and the secrets they use. Invented for the sandbox: not for anything real."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from integrations.odoo.sandbox import access


def demo_key(login: str) -> str:
    """A key that looks like Odoo's (40 hex digits) and is the same every time."""
    return hashlib.sha1(f"quayside sandbox {login}".encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Credentials:
    """How one user logs in."""

    login: str
    password: str
    name: str
    email: str
    groups: tuple[str, ...]

    @property
    def api_key(self) -> str:
        """The user's API key."""
        return demo_key(self.login)


ADMIN = Credentials(
    "admin",
    "admin",
    "Ada Lambert",
    "ada.lambert@northwind.example",
    tuple(xmlid for xmlid, _, _ in access.GROUPS),
)
# As recorded for an integration: purchase, stock, billing and contact rights, nothing more.
SERVICE = Credentials(
    "quayside@northwind.example",
    "quayside",
    "Quayside",
    "quayside@northwind.example",
    (access.EMPLOYEE, access.BUYER, access.WAREHOUSE, access.BILLING, access.CONTACTS),
)
_BUYER_GROUPS = (access.EMPLOYEE, access.BUYER, access.WAREHOUSE)
BUYERS = (
    Credentials("bea@northwind.example", "bea", "Bea Janssens", "bea@northwind.example", _BUYER_GROUPS),
    Credentials("tomas@northwind.example", "tomas", "Tomás Vidal", "tomas@northwind.example", _BUYER_GROUPS),
    Credentials("lien@northwind.example", "lien", "Lien De Smet", "lien@northwind.example", _BUYER_GROUPS),
)
