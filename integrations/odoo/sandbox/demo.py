"""The seed 'demo': a distributor's last and next three months, the same on every run for the same date."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from integrations.odoo.sandbox import receipts
from integrations.odoo.sandbox.catalogue import FAMILIES, GROUPS, VENDORS, Family, Vendor
from integrations.odoo.sandbox.curiosities import DUE_HOUR, place_curiosities
from integrations.odoo.sandbox.distributors import Distributor
from integrations.odoo.sandbox.engine import Engine
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.mail_models import post
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import DATETIME_FORMAT

RANDOM_SEED = 1907
SECOND_COMPANY_SHARE = 0.2
# Vendors have answered what was placed before or is due soon; much of what is on its way is younger.
RECENT_DAYS = 9
SOON_DAYS = 6
RECENT_SHARE = 0.3
# What has become of orders that are due already, and of older ones that are not, with its weight: nearly all
# was confirmed, and most has come. A few are late, a few nobody ever answered ("forgotten", "open").
FATES_OF_DUE = {"received": 82, "partly": 7, "late": 3, "forgotten": 4, "cancelled": 4}
FATES_OF_OLDER = {"acknowledged": 68, "partly": 20, "open": 8, "cancelled": 4}


@dataclass(frozen=True)
class Article:
    """One product of a vendor."""

    product: int
    price: float
    quantity: int


@dataclass(frozen=True)
class Plan:
    """One order to be placed."""

    vendor: Vendor
    placed: datetime
    due: datetime
    lines: int
    company: int
    buyer: int
    fate: str


def fill(engine: Engine, distributor: Distributor, on: datetime) -> None:
    """Vendors, products, price lists and orders around the moment `on`."""
    known = vendors_of(distributor)
    chance = random.Random(RANDOM_SEED)
    start = on - timedelta(days=100)
    with engine.transaction(now=start) as env:
        companies = sorted(env.store.table("res.company"))
        logins = {user["login"]: user["id"] for user in env.store.table("res.users").values()}
        buyers = [logins[buyer.login] for buyer in distributor.buyers]
        vendors = {vendor.code: _vendor(env, vendor) for vendor in known}
        categories = _categories(env)
        articles = {
            vendor.code: _articles(env, vendor, vendors[vendor.code], chance, categories) for vendor in known
        }
    for plan in _plans(known, chance, on, companies, buyers):
        _place(engine, plan, vendors[plan.vendor.code], articles[plan.vendor.code], chance, on)
    if distributor.with_curiosities:
        place_curiosities(engine, vendors, articles, buyers[0], on)


def vendors_of(distributor: Distributor) -> list[Vendor]:
    """The vendors of a distributor, with its number of orders and its currency."""
    by_code = {vendor.code: vendor for vendor in VENDORS}
    return [
        replace(by_code[code], orders=orders, currency=distributor.currency or by_code[code].currency)
        for code, orders in distributor.orders.items()
    ]


def _vendor(env: Env, vendor: Vendor) -> int:
    company = env.create(
        "res.partner",
        {
            "name": vendor.name,
            "is_company": True,
            "supplier_rank": 1,
            "email": f"sales@{vendor.domain}",
            "phone": f"+00 555 {sum(map(ord, vendor.code)):04d}",
            "city": vendor.city,
            "country_id": env.xmlid(f"base.{vendor.country.lower()}"),
            "vat": vendor.vat,
            "website": f"https://www.{vendor.domain}",
            "property_purchase_currency_id": env.xmlid(f"base.{vendor.currency}"),
            "property_supplier_payment_term_id": env.xmlid(f"account.account_payment_term_{vendor.term}"),
        },
    )
    for who in vendor.people:
        first = who.name.split()[0].lower()
        person = {"name": who.name, "parent_id": company["id"], "function": who.job}
        env.create("res.partner", person | {"email": f"{first}@{vendor.domain}"})
    return int(company["id"])


def _categories(env: Env) -> dict[str, int]:
    """The product categories by name, all of them below the one that Odoo has of its own."""
    above = env.xmlid("product.product_category_all")
    return {
        name: int(env.create("product.category", {"name": name, "parent_id": above})["id"])
        for name in sorted(set(GROUPS.values()))
    }


def _articles(
    env: Env, vendor: Vendor, partner: int, chance: random.Random, categories: dict[str, int]
) -> list[Article]:
    made = []
    for prefix in vendor.families:
        family = FAMILIES[prefix]
        for number, size in enumerate(family.sizes):
            price = round(family.price * family.step**number, 2 if family.price >= 1 else 3)
            made.append(_article(env, vendor, partner, family, size, price, chance, categories))
    return made


def _article(
    env: Env,
    vendor: Vendor,
    partner: int,
    family: Family,
    size: str,
    price: float,
    chance: random.Random,
    categories: dict[str, int],
) -> Article:
    letters = "".join(char for char in size if char.isalnum() or char == ".").upper()[:10]
    unit = env.xmlid(family.unit)
    product = env.create(
        "product.product",
        {
            "name": family.name.format(size),
            "default_code": f"{family.prefix}-{letters}",
            "barcode": f"54{chance.randrange(10**11):011d}",
            "uom_id": unit,
            "categ_id": categories[GROUPS[family.prefix]],
            **({"uom_po_id": unit} if env.version < 19 else {}),
            "standard_price": price,
            "list_price": round(price * 1.6, 2),
        },
    )
    number = f"{vendor.code}-{chance.randrange(10_000, 99_999)}"
    for least, factor in ((1.0, 1.0), (float(family.quantity), 0.93)):
        row = {
            "partner_id": partner,
            "product_tmpl_id": product["product_tmpl_id"],
            "product_code": number,
            "min_qty": least,
            "price": round(price * factor, 4),
            "delay": vendor.days,
            "currency_id": env.xmlid(f"base.{vendor.currency}"),
            "company_id": False,
        }
        env.create("product.supplierinfo", row)
    return Article(product["id"], price, family.quantity)


def _plans(
    known: list[Vendor], chance: random.Random, on: datetime, companies: list[int], buyers: list[int]
) -> list[Plan]:
    """All orders in the order they were placed, so that numbers rise with dates."""
    plans = []
    for vendor in known:
        for _ in range(vendor.orders):
            longest = RECENT_DAYS if chance.random() < RECENT_SHARE else 88
            placed = on - timedelta(days=chance.uniform(0.3, longest), minutes=chance.uniform(0, 600))
            slack = chance.choice((0, 0, 3, 7, 14, 30, 60))
            due = placed + timedelta(days=vendor.days + slack)
            due = due.replace(hour=DUE_HOUR, minute=0, second=0, microsecond=0)
            second = chance.random() < SECOND_COMPANY_SHARE
            plans.append(
                Plan(
                    vendor=vendor,
                    placed=placed,
                    due=min(due, on + timedelta(days=90)),
                    lines=min(chance.randint(1, 12), chance.randint(2, 12)),
                    company=companies[-1 if second else 0],
                    buyer=chance.choice(buyers),
                    fate=_fate(chance, placed, due, on),
                )
            )
    return sorted(plans, key=lambda plan: plan.placed)


def _fate(chance: random.Random, placed: datetime, due: datetime, on: datetime) -> str:
    """What has become of an order by now."""
    if due < on:
        return _one_of(FATES_OF_DUE, chance)
    if placed > on - timedelta(days=RECENT_DAYS) and due > on + timedelta(days=SOON_DAYS):
        return chance.choice(("draft", "sent", "open", "open", "open", "open", "open"))
    return _one_of(FATES_OF_OLDER, chance)


def _one_of(fates: dict[str, int], chance: random.Random) -> str:
    return chance.choices(list(fates), weights=list(fates.values()))[0]


def _place(
    engine: Engine, plan: Plan, partner: int, articles: list[Article], chance: random.Random, on: datetime
) -> None:
    chosen = chance.sample(articles, min(plan.lines, len(articles)))
    context = {"allowed_company_ids": [plan.company]}
    with engine.transaction(plan.buyer, context=context, now=plan.placed) as env:
        order = env.create("purchase.order", _order_values(plan, partner, chance, env))
        for article in chosen:
            env.with_context(making_order=True).create(
                "purchase.order.line", _line_values(plan, article, order, chance)
            )
        if plan.fate == "sent":
            env.write("purchase.order", [order["id"]], {"state": "sent"})
    if plan.fate not in ("draft", "sent"):
        _live_through(engine, plan, order["id"], chance, on)


def _order_values(plan: Plan, partner: int, chance: random.Random, env: Env) -> dict[str, Any]:
    values: dict[str, Any] = {"partner_id": partner, "company_id": plan.company, "user_id": plan.buyer}
    if chance.random() < 0.3:
        values["origin"] = f"OP/{chance.randrange(100, 900):05d}"
    if chance.random() < 0.15:
        note = chance.choice(
            ("Deliver to dock 4.", "Please call before delivery.", "No deliveries on Friday afternoon.")
        )
        values[env.own_name("purchase.order", "note")] = f"<p>{note}</p>"
    return values


def _line_values(plan: Plan, article: Article, order: Record, chance: random.Random) -> dict[str, Any]:
    quantity = max(1, round(article.quantity * chance.choice((0.25, 0.5, 1, 1, 1, 2, 3))))
    later = chance.choice((0, 0, 0, 0, 7, 14))
    return {
        "order_id": order["id"],
        "product_id": article.product,
        "product_qty": float(quantity),
        "price_unit": round(article.price * chance.choice((1, 1, 1, 0.97, 1.03)), 4),
        "discount": chance.choice((0.0, 0.0, 0.0, 0.0, 5.0)),
        "date_planned": (plan.due + timedelta(days=later)).strftime(DATETIME_FORMAT),
    }


def _live_through(engine: Engine, plan: Plan, order_id: int, chance: random.Random, on: datetime) -> None:
    """Confirm, and whatever else the order's fate says, each at its own time."""
    confirmed = min(plan.placed + timedelta(hours=chance.uniform(0.2, 30)), on)
    with engine.transaction(plan.buyer, now=confirmed) as env:
        env.models["purchase.order"].button_confirm(env, [order_id])  # type: ignore[attr-defined]
        if plan.fate == "cancelled":
            env.models["purchase.order"].button_cancel(env, [order_id])  # type: ignore[attr-defined]
    if plan.fate in ("received", "partly"):
        span = (min(plan.due, on) - confirmed) * chance.uniform(0.6, 1)
        arrival = min(confirmed + span, on)
        with engine.transaction(plan.buyer, now=arrival) as env:
            _arrive(env, order_id, chance, in_full=plan.fate == "received")
    if plan.fate in ("acknowledged", "received", "partly", "late"):
        _acknowledge(engine, plan, order_id, confirmed, chance)


def _arrive(env: Env, order_id: int, chance: random.Random, *, in_full: bool) -> None:
    for picking in env.linked("stock.picking", "purchase_id", order_id):
        counted = {}
        for number, move in enumerate(env.linked("stock.move", "picking_id", picking["id"])):
            wanted = move["product_uom_qty"]
            share = 1 if in_full else (0.5 if number == 0 else chance.choice((0, 0.5, 1)))
            counted[move["id"]] = wanted if share == 1 else float(round(wanted * share))
        if any(counted.values()):
            receipts.finish(env, picking, counted, backorder=True)


def _acknowledge(
    engine: Engine, plan: Plan, order_id: int, confirmed: datetime, chance: random.Random
) -> None:
    with engine.transaction(plan.buyer, now=confirmed + timedelta(hours=4)) as env:
        flag = "acknowledged" if env.version >= 19 else "mail_reception_confirmed"
        reference = f"{plan.vendor.code}{chance.randrange(100_000, 999_999)}"
        env.write("purchase.order", [order_id], {flag: True, "partner_ref": reference})
        text = f"<p>{plan.vendor.people[0].name} confirmed by e-mail, their order number is {reference}.</p>"
        post(env, "purchase.order", order_id, text, message_type="comment")
