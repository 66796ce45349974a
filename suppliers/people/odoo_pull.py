"""Vendors come in from Odoo with their first order: a supplier and its account at the company that buys."""

from collections.abc import Iterable

from integrations.odoo.records import PartnerRecord
from suppliers.people.models import BuyerCompany, Supplier, VendorAccount


def ensure_vendors(
    wanted: Iterable[tuple[BuyerCompany, PartnerRecord]],
) -> dict[tuple[int, int], VendorAccount]:
    """Return the vendor accounts by (company pk, Odoo partner id), creating the missing ones.

    One partner is one supplier for all companies of the same Odoo database.
    """
    wanted = list(wanted)
    accounts = _accounts_of(wanted)
    suppliers = {
        (account.company.connection_id, account.odoo_partner_id): account.supplier
        for account in VendorAccount.objects.filter(
            company__connection__in={company.connection_id for company, _ in wanted},
            odoo_partner_id__in={partner.odoo_id for _, partner in wanted},
        ).select_related("company", "supplier")
    }
    new = {
        (company.connection_id, partner.odoo_id): Supplier(name=partner.name[:200], vat=partner.vat[:32])
        for company, partner in wanted
        if (company.connection_id, partner.odoo_id) not in suppliers
    }
    Supplier.objects.bulk_create(new.values())
    suppliers |= new
    missing = [
        VendorAccount(
            company=company,
            supplier=suppliers[company.connection_id, partner.odoo_id],
            odoo_partner_id=partner.odoo_id,
            reference=partner.reference[:64],
        )
        for company, partner in wanted
        if (company.pk, partner.odoo_id) not in accounts
    ]
    if missing:
        # Two feeds may meet the same vendor at once; the constraint lets one of them create it.
        VendorAccount.objects.bulk_create(missing, ignore_conflicts=True)
        accounts = _accounts_of(wanted)
    return accounts


def _accounts_of(
    wanted: Iterable[tuple[BuyerCompany, PartnerRecord]],
) -> dict[tuple[int, int], VendorAccount]:
    wanted = list(wanted)
    rows = VendorAccount.objects.filter(
        company__in={company.pk for company, _ in wanted},
        odoo_partner_id__in={partner.odoo_id for _, partner in wanted},
    )
    return {(account.company_id, account.odoo_partner_id): account for account in rows}
