"""Records as the gateway would read them from Odoo, for tests that need no Odoo."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from integrations.odoo.records import LineRecord, OdooState, OrderRecord, PartnerRecord
from tests import factories


def line(odoo_id: int, **fields: Any) -> LineRecord:
    """Ten pieces at 4.50, wanted on 15 December."""
    values: dict[str, Any] = {
        "odoo_id": odoo_id,
        "sequence": 10,
        "product_code": f"FST-{odoo_id}",
        "description": "Hex bolt M8 × 40, zinc plated",
        "quantity": Decimal(10),
        "unit": "Units",
        "unit_price": Decimal("4.50"),
        "discount": Decimal(0),
        "subtotal": Decimal(45),
        "planned_at": datetime(2026, 12, 15, 11, tzinfo=UTC),
        "received": Decimal(0),
        "invoiced": Decimal(0),
    } | fields
    return LineRecord(**values)


# Above what the factories count to, so that no account of the cast has it.
PARTNER = 7_000_070


def partner(
    odoo_id: int = PARTNER, name: str = "Acme Fasteners GmbH", *, vat: str = "DE123"
) -> PartnerRecord:
    """A vendor in Odoo."""
    return PartnerRecord(odoo_id, name, vat, "sales@acme.example", "", factories.NOW)


def order(odoo_id: int, company_id: int, *lines: LineRecord, **fields: Any) -> OrderRecord:
    """A confirmed order with one line unless others are given."""
    values: dict[str, Any] = {
        "odoo_id": odoo_id,
        "company_id": company_id,
        "partner": partner(),
        "number": f"P{odoo_id:05}",
        "state": OdooState.PURCHASE,
        "ordered_at": factories.NOW,
        "planned_at": datetime(2026, 12, 15, 11, tzinfo=UTC),
        "currency": "EUR",
        "amount_untaxed": Decimal(45),
        "amount_tax": Decimal(0),
        "amount_total": Decimal(45),
        "buyer_id": 7,
        "buyer_name": "Bea Buyer",
        "supplier_reference": "",
        "notes": "",
        "payment_terms": "30 days",
        "incoterm": "",
        "acknowledged": False,
        "written_at": factories.NOW,
        "lines": lines or (line(odoo_id * 10),),
    } | fields
    return OrderRecord(**values)
