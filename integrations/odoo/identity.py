"""Who we are in an Odoo database, what we may do there, and what to know about it."""

from datetime import datetime

from integrations.errors import FaultClass, NeedsAttention
from integrations.odoo import values
from integrations.odoo.client import OdooClient, major_of
from integrations.odoo.lacking import sentences
from integrations.odoo.lookups import read_if_allowed
from integrations.odoo.records import CompanyRecord, ServerIdentity
from integrations.odoo.versions import NEWEST, Dialect

# Each right in plain words: the model and what is to be done with it.
RIGHTS = {
    "read purchase orders": ("purchase.order", "read"),
    "write purchase orders": ("purchase.order", "write"),
    "read order lines": ("purchase.order.line", "read"),
    "write order lines": ("purchase.order.line", "write"),
    "read vendors": ("res.partner", "read"),
    "read products": ("product.product", "read"),
    "read receipts": ("stock.picking", "read"),
    "write receipts": ("stock.picking", "write"),
    "post notes": ("mail.message", "create"),
    "create activities": ("mail.activity", "create"),
}


def identify(client: OdooClient, dialect: Dialect, missing_fields: tuple[str, ...]) -> ServerIdentity:
    """See Gateway.identify."""
    user_id = client.user_id()
    (me,) = client.call("res.users", "read", [user_id], fields=["name", "email", "company_ids"], load="")
    expires_at, warnings = _key_expiry(client, dialect, user_id)
    if not me["email"]:
        warnings.append(
            "Our user in Odoo has no e-mail address: Odoo 17 and 18 then refuse to post notes in its name."
        )
    if major_of(client.version) > NEWEST:
        warnings.append(f"Odoo {client.version} is newer than what the portal was tested with ({NEWEST}).")
    warnings += sentences(missing_fields)
    may = {words: _may(client, dialect, *right) for words, right in RIGHTS.items()}
    if _may(client, dialect, "res.users", "create"):
        warnings.append("Our user in Odoo administers users: give the portal a user with fewer rights.")
    return ServerIdentity(
        version=client.version,
        protocol=client.protocol,
        user_id=user_id,
        user_name=values.text(me["name"]),
        companies=_companies(client, sorted(me["company_ids"])),
        may=may,
        missing_fields=missing_fields,
        key_expires_at=expires_at,
        warnings=tuple(warnings),
    )


def _may(client: OdooClient, dialect: Dialect, model: str, operation: str) -> bool:
    try:
        if dialect.may == "has_access":
            return bool(client.call(model, "has_access", [], operation=operation))
        return bool(client.call(model, dialect.may, operation=operation, raise_exception=False))
    except NeedsAttention as refused:
        # A model of a module that is not installed (receipts need Inventory).
        if refused.fault == FaultClass.CONNECTION:
            raise
        return False


def _companies(client: OdooClient, ids: list[int]) -> tuple[CompanyRecord, ...]:
    rows = client.call("res.company", "read", ids, fields=["name", "currency_id"], load="")
    currency_ids = sorted({row["currency_id"] for row in rows})
    names = {
        row["id"]: row["name"] for row in read_if_allowed(client, "res.currency", currency_ids, ["name"])
    }
    return tuple(
        CompanyRecord(odoo_id=row["id"], name=row["name"], currency=names.get(row["currency_id"], ""))
        for row in rows
    )


def _key_expiry(client: OdooClient, dialect: Dialect, user_id: int) -> tuple[datetime | None, list[str]]:
    """Return when our key ends. Odoo does not say which key a call came with: the earliest end is taken."""
    if not dialect.keys_expire:
        return None, []
    try:
        rows = client.call(
            "res.users.apikeys",
            "search_read",
            domain=[("user_id", "=", user_id), ("expiration_date", "!=", False)],
            fields=["expiration_date"],
        )
    except NeedsAttention:
        return None, ["Odoo does not let us see when our API key expires."]
    ends = sorted(values.moment(row["expiration_date"]) for row in rows)
    several = ["Our user has several API keys; the expiry shown is that of the first to end."]
    return (ends[0] if ends else None), (several if len(ends) > 1 else [])
