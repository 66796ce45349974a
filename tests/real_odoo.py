"""The real Odoo that the environment names for tests, if it names one.

QUAYSIDE_CONTRACT_ODOO_URL, _DB, _LOGIN, _KEY (the portal's own user) and _ADMIN_LOGIN, _ADMIN_KEY (who sets
the stage). Use a database made for it: vendors, products and orders are created and stay.
"""

import os

from integrations.odoo.client import Access

_PREFIX = "QUAYSIDE_CONTRACT_ODOO_"
REAL_URL = os.environ.get(f"{_PREFIX}URL", "")


def service() -> Access:
    """The portal's own user there."""
    return _access("LOGIN", "KEY")


def admin() -> Access:
    """Somebody who may do everything there."""
    return _access("ADMIN_LOGIN", "ADMIN_KEY")


def _access(login: str, key: str) -> Access:
    database, user, secret = (os.environ[f"{_PREFIX}{name}"] for name in ("DB", login, key))
    return Access(REAL_URL, database, user, secret)
