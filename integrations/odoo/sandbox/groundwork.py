"""What every database starts with: companies, people, units, taxes, warehouses, technical records."""

from __future__ import annotations

from typing import Any

from integrations.odoo.sandbox import access
from integrations.odoo.sandbox.distributors import CompanyPlan, Distributor
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.loading import remember
from integrations.odoo.sandbox.schema import model_xmlid
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.users import Credentials

_CURRENCIES = (("EUR", "€", "Euro"), ("GBP", "£", "Pound sterling"), ("USD", "$", "United States dollar"))
_COUNTRIES = (
    ("BE", "Belgium"),
    ("DE", "Germany"),
    ("ES", "Spain"),
    ("FR", "France"),
    ("GB", "United Kingdom"),
    ("IT", "Italy"),
    ("NL", "Netherlands"),
    ("PL", "Poland"),
    ("SE", "Sweden"),
    ("US", "United States"),
)
_ACTIVITY_TYPES = (
    ("mail.mail_activity_data_email", "Email", "fa-envelope", 0),
    ("mail.mail_activity_data_call", "Call", "fa-phone", 2),
    ("mail.mail_activity_data_meeting", "Meeting", "fa-users", 0),
    ("mail.mail_activity_data_todo", "To-Do", "fa-check", 5),
    ("mail.mail_activity_data_upload_document", "Upload Document", "fa-upload", 5),
    ("mail.mail_activity_data_warning", "Exception", "fa-warning", 0),
)
# (xmlid, name, type of unit, how many reference units it holds)
_UNITS = (
    ("uom.product_uom_unit", "Units", "Unit", 1.0),
    ("uom.product_uom_dozen", "Dozens", "Unit", 12.0),
    ("uom.product_uom_kgm", "kg", "Weight", 1.0),
    ("uom.product_uom_meter", "m", "Length / Distance", 1.0),
    ("uom.product_uom_litre", "L", "Volume", 1.0),
    ("uom.product_uom_hour", "Hours", "Working Time", 1.0),
)


def named(env: Env, xmlid: str, model: str, values: dict[str, Any]) -> int:
    """A record with an external id."""
    record_id = int(env.create(model, values)["id"])
    remember(env, xmlid, model, record_id)
    return record_id


def lay(env: Env, distributor: Distributor) -> None:
    """Everything the seed 'empty' has."""
    values: dict[str, Any]
    for code, symbol, name in _CURRENCIES:
        values = {"name": code, "symbol": symbol, "full_name": name, "position": "after"}
        values |= {"rounding": 0.01, "decimal_places": 2, "active": True}
        named(env, f"base.{code}", "res.currency", values)
    for code, name in _COUNTRIES:
        named(env, f"base.{code.lower()}", "res.country", {"name": name, "code": code})
    for model in sorted(env.models):
        description = env.schema.models[model].description
        named(env, model_xmlid(model), "ir.model", {"name": description, "model": model})
    for xmlid, old, new in access.GROUPS:
        values = {"name": new if env.version >= 19 else old}
        if env.version >= 18:
            values["api_key_duration"] = 90.0
        named(env, xmlid, "res.groups", values)
    for xmlid, name, icon, days in _ACTIVITY_TYPES:
        values = {"name": name, "icon": icon, "delay_count": days, "active": True}
        named(env, xmlid, "mail.activity.type", values)
    named(env, "mail.mt_comment", "mail.message.subtype", {"name": "Discussions", "internal": False})
    named(env, "mail.mt_note", "mail.message.subtype", {"name": "Note", "internal": True})
    named(env, "mail.mt_activities", "mail.message.subtype", {"name": "Activities", "internal": True})
    named(env, "product.product_category_all", "product.category", {"name": "All"})
    _units(env)
    _payment_terms(env)
    companies = [_company(env, plan) for plan in distributor.companies]
    _people(env, distributor, [company["id"] for company in companies])
    env.create("ir.rule", {"name": "res.partner company"})


def _units(env: Env) -> None:
    categories: dict[str, int] = {}
    for xmlid, name, category, size in _UNITS:
        values: dict[str, Any] = {"name": name, "active": True}
        if env.version >= 19:
            values |= {"relative_factor": size, "factor": size}
            if size != 1:
                values["relative_uom_id"] = env.xmlid("uom.product_uom_unit")
        else:
            if category not in categories:
                categories[category] = int(env.create("uom.category", {"name": category})["id"])
            values |= {
                "category_id": categories[category],
                "factor": 1 / size,
                "factor_inv": size,
                "ratio": size,
            }
            values |= {"uom_type": "bigger" if size > 1 else "reference", "rounding": 0.01}
        named(env, xmlid, "uom.uom", values)


def _payment_terms(env: Env) -> None:
    terms = (
        ("immediate", "Immediate Payment"),
        ("15days", "15 Days"),
        ("30days", "30 Days"),
        ("45days", "45 Days"),
    )
    for number, (key, name) in enumerate(terms):
        values = {"name": name, "active": True, "sequence": number}
        named(env, f"account.account_payment_term_{key}", "account.payment.term", values)


def _company(env: Env, plan: CompanyPlan) -> Record:
    company = env.create(
        "res.company",
        {
            "name": plan.name,
            "currency_id": env.xmlid(f"base.{plan.currency}"),
            "email": plan.email,
            "street": plan.street,
            "zip": plan.zip,
            "city": plan.city,
            "country_id": env.xmlid(f"base.{plan.country.lower()}"),
            "vat": plan.vat,
        },
    )
    tax = {
        "name": plan.tax_name,
        "amount": plan.tax_percent,
        "amount_type": "percent",
        "type_tax_use": "purchase",
        "company_id": company["id"],
        "active": True,
        "sequence": 1,
    }
    env.create("account.tax", tax)
    _warehouse(env, company, plan.warehouse)
    return company


def _warehouse(env: Env, company: Record, code: str) -> None:
    vendors = env.xmlid("stock.stock_location_suppliers") or named(
        env,
        "stock.stock_location_suppliers",
        "stock.location",
        {
            "name": "Vendors",
            # The path lost its first step in 19.
            "complete_name": "Vendors" if env.version >= 19 else "Partners/Vendors",
            "usage": "supplier",
            "active": True,
        },
    )
    stock = env.create(
        "stock.location",
        {"name": "Stock", "complete_name": f"{code}/Stock", "usage": "internal", "company_id": company["id"]}
        | {"active": True},
    )
    warehouse = env.create(
        "stock.warehouse",
        {"name": company["name"], "code": code, "company_id": company["id"], "lot_stock_id": stock["id"]}
        | {"partner_id": company["partner_id"], "active": True},
    )
    kinds = (
        ("incoming", "Receipts", "IN", vendors, stock["id"], "in_type_id"),
        ("outgoing", "Delivery Orders", "OUT", stock["id"], vendors, "out_type_id"),
    )
    for kind, name, letters, source, target, link in kinds:
        values = {"name": name, "code": kind, "sequence_code": letters, "company_id": company["id"]}
        values |= {"warehouse_id": warehouse["id"], "active": True, "sequence": 1}
        values |= {"default_location_src_id": source, "default_location_dest_id": target}
        picking_type = env.create("stock.picking.type", values)
        env.write("stock.warehouse", [warehouse["id"]], {link: picking_type["id"]})


def _people(env: Env, distributor: Distributor, companies: list[int]) -> None:
    bot = env.create(
        "res.users",
        {"login": "__system__", "name": "OdooBot", "active": False, "company_id": companies[0]}
        | {"company_ids": [(6, 0, companies)]},
    )
    remember(env, "base.user_root", "res.users", bot["id"])
    remember(env, "base.user_admin", "res.users", add_user(env, distributor.admin, companies)["id"])
    add_user(env, distributor.service, companies)
    for buyer in distributor.buyers:
        add_user(env, buyer, companies)


def add_user(env: Env, who: Credentials, companies: list[int]) -> Record:
    """A user with password and key."""
    groups = [env.xmlid(xmlid) for xmlid in who.groups]
    user = env.create(
        "res.users",
        {
            "login": who.login,
            "name": who.name,
            "email": who.email,
            "password": who.password,
            "company_id": companies[0],
            "company_ids": [(6, 0, companies)],
            env.own_name("res.users", "group_ids"): [(6, 0, groups)],
        },
    )
    add_key(env, user["id"], who.api_key)
    return user


def add_key(env: Env, uid: int, key: str, *, expires: str | None = None) -> int:
    """An API key; `expires` is 'YYYY-MM-DD HH:MM:SS' UTC (18 and newer), None = never."""
    values: dict[str, Any] = {"name": "Quayside", "user_id": uid, "scope": "rpc"}
    if env.version >= 18 and expires:
        values["expiration_date"] = expires
    entry = env.create("res.users.apikeys", values)
    env.store.change("res.users.apikeys", entry["id"], {"_key": key})
    return int(entry["id"])
