"""One function per model: builds a row with sensible values, overridable by keyword."""

import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from allauth.mfa.models import Authenticator

from integrations.odoo.models import OdooConnection
from integrations.odoo.secrets import encrypt
from integrations.outbox.models import OutboxMessage, Status
from orders.purchasing.lifecycle import LineState, OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from suppliers.calendars.models import ClosedDays
from suppliers.notices.models import Absence
from suppliers.people.models import BuyerCompany, Membership, Role, Supplier, User, VendorAccount
from suppliers.policies.actions import create_policy
from suppliers.policies.drafts import Target, Terms
from suppliers.policies.models import PolicyVersion
from suppliers.policies.terms import Matter

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PASSWORD = "correct horse battery"

_number = count(1)


def user(name: str, **fields: Any) -> User:
    """A person whose e-mail address follows from their name."""
    fields.setdefault("email", f"{name.lower().replace(' ', '.')}-{next(_number)}@example.com")
    return User.objects.create_user(password=fields.pop("password", PASSWORD), name=name, **fields)


def second_factor(of: User, *, secret: str = "JBSWY3DPEHPK3PXP") -> Authenticator:
    """An authenticator app that somebody has set up."""
    app, _ = Authenticator.objects.get_or_create(
        user=of, type=Authenticator.Type.TOTP, defaults={"data": {"secret": encrypt(secret)}}
    )
    of.__dict__.pop("has_second_factor", None)
    return app


def connection(**fields: Any) -> OdooConnection:
    """A connection to an Odoo that is not there."""
    number = next(_number)
    key = fields.pop("api_key", "key")
    row = OdooConnection(
        **{"name": f"Odoo {number}", "url": "http://127.0.0.1:9", "database": "demo", "login": "q"} | fields
    )
    row.api_key = key
    row.save()
    return row


def company(name: str = "Northwind Distribution", **fields: Any) -> BuyerCompany:
    """A buying company with a connection of its own unless one is given."""
    if "connection" not in fields:
        fields["connection"] = connection()
    return BuyerCompany.objects.create(**{"name": name, "odoo_company_id": next(_number)} | fields)


def supplier(name: str, *, at: BuyerCompany | None = None, **fields: Any) -> Supplier:
    """A supplier, with an account at the company given."""
    row = Supplier.objects.create(name=name, **fields)
    if at is not None:
        VendorAccount.objects.create(supplier=row, company=at, odoo_partner_id=next(_number))
    return row


def member(person: User, of: Supplier | BuyerCompany, role: Role) -> User:
    """Give somebody a role at a company of either side."""
    side = "supplier" if isinstance(of, Supplier) else "company"
    Membership.objects.create(user=person, role=role, **{side: of})
    person.__dict__.pop("active_memberships", None)
    return person


def closed_days(of: Supplier, **fields: Any) -> ClosedDays:
    """Works holidays over Christmas."""
    usual = {"first_day": date(2026, 12, 24), "last_day": date(2026, 12, 31), "reason": "Works holidays"}
    return ClosedDays.objects.create(supplier=of, **usual | fields)


def absence(of: User, delegate: User, **fields: Any) -> Absence:
    """Two weeks in which a colleague stands in."""
    usual = {"first_day": date(2027, 2, 1), "last_day": date(2027, 2, 14)}
    return Absence.objects.create(user=of, delegate=delegate, **usual | fields)


def order(by: Supplier, at: BuyerCompany, *, lines: int = 2, **fields: Any) -> PurchaseOrder:
    """An open order with lines of 10 pieces at 4.50, wanted on 15 December."""
    number = next(_number)
    row = PurchaseOrder.objects.create(
        **{
            "supplier": by,
            "company": at,
            "odoo_id": number,
            "number": f"P{number:05}",
            "state": OrderState.ORDERED,
            "ordered_at": NOW,
            "currency": "EUR",
            "amount_untaxed": Decimal(45) * lines,
            "amount_total": Decimal(45) * lines,
            "buyer_name": "Bea Buyer",
            "written_at": NOW,
            "content_hash": str(uuid.uuid4()),
            "needed_on": date(2026, 12, 15),
            "first_seen_at": NOW,
            "changed_at": NOW,
        }
        | fields
    )
    for position in range(1, lines + 1):
        line(row, sequence=position * 10)
    return row


def line(of: PurchaseOrder, **fields: Any) -> PurchaseOrderLine:
    """A line of 10 pieces at 4.50, wanted on 15 December."""
    number = next(_number)
    quantity, price = fields.pop("quantity", Decimal(10)), fields.pop("unit_price", Decimal("4.50"))
    wanted = fields.pop("expected_on", date(2026, 12, 15))
    return PurchaseOrderLine.objects.create(
        **{
            "order": of,
            "supplier_id": of.supplier_id,
            "company_id": of.company_id,
            "odoo_id": number,
            "product_code": f"FST-{number}",
            "description": "Hex bolt M8 × 40, zinc plated",
            "unit": "Units",
            "quantity": quantity,
            "asked_quantity": quantity,
            "unit_price": price,
            "asked_price": price,
            "subtotal": quantity * price,
            "expected_on": wanted,
            "requested_on": wanted,
            "asked_on": wanted,
            "planned_at": datetime(wanted.year, wanted.month, wanted.day, 11, 0, tzinfo=UTC),
            "state": LineState.ASKED,
        }
        | fields
    )


def exception(of: PurchaseOrder | None = None, **fields: Any) -> OutboxMessage:
    """Something Odoo refused, about an order unless a document and a destination are given."""
    if of is not None:
        fields = {"document": of.document, "destination": f"odoo:{of.company.connection_id}"} | fields
    reason = fields.pop("reason", "Odoo has no such order.")
    fault = fields.pop("fault_class", "data")
    return OutboxMessage.objects.create(
        **{
            "topic": "purchase_order.agreement",
            "key": str(uuid.uuid4()),
            "queue": "critical",
            "payload": {"order": of.pk if of else 1, "lines": [], "api_key": "hunter2", "comment": "soon"},
            "status": Status.PARKED,
            "attempts": 1,
            "reason": reason,
            "fault_class": fault,
            "parked_at": NOW,
            "troubled_at": NOW,
            "trouble": reason,
            "trouble_class": fault,
            "last_sent_at": NOW,
        }
        | fields
    )


def policy(
    of: BuyerCompany, by: User, matter: str, *, supplier: Supplier | None = None, **terms: Any
) -> PolicyVersion:
    """A policy from today on: ``policy(northwind, max, Matter.DATE, upper=Bound(Decimal(3)))``."""
    at = terms.pop("at", NOW)
    target = Target(
        terms.pop("name", "Usual"),
        Matter(matter),
        supplier.pk if supplier else None,
        product_code=terms.pop("product_code", ""),
        category_odoo_id=terms.pop("category", None),
    )
    return create_policy(
        of,
        by=by,
        target=target,
        terms=Terms(terms.pop("starts_on", at.date()), terms.pop("reason", "Agreed in May"), **terms),
        submission=uuid.uuid4(),
        at=at,
    )
