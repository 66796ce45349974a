"""The real Odoo that the environment names, as for the contract suite (tests/contract)."""

import os


def named(what: str) -> str:
    """Return QUAYSIDE_CONTRACT_ODOO_<what>, such as URL, DB, LOGIN, KEY, ADMIN_LOGIN; "" when not set."""
    return os.environ.get(f"QUAYSIDE_CONTRACT_ODOO_{what}", "")
