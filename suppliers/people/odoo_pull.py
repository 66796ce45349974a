"""Vendors come in from Odoo: an account with the first order, and what changes of them later."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from integrations.odoo.models import OdooConnection
from integrations.odoo.readers import reads
from integrations.odoo.records import PartnerRecord
from integrations.odoo.subjects import Subject
from suppliers.journal.actions import Happening, note_many
from suppliers.journal.models import Channel
from suppliers.people.models import BuyerCompany, Supplier, VendorAccount
from suppliers.people.tax_ids import full_tax_id, one_at_a_time, suppliers_by_tax_id


def ensure_vendors(
    wanted: Iterable[tuple[BuyerCompany, PartnerRecord]], *, now: datetime
) -> dict[tuple[int, int], VendorAccount]:
    """Return the vendor accounts by (company pk, Odoo partner id), creating the missing ones.

    One partner is one supplier for all companies of the same Odoo database. A partner of another database is
    the same supplier when its full tax number is equal, or when an administrator has made the account; an
    equal name alone means nothing.
    """
    wanted = list(wanted)
    accounts = _accounts_of(wanted)
    missing = [
        (company, partner) for company, partner in wanted if (company.pk, partner.odoo_id) not in accounts
    ]
    if not missing:
        return accounts
    one_at_a_time()
    suppliers, recognised = _suppliers_of(missing)
    # Two feeds may meet the same vendor at once; the constraint lets one of them create it.
    VendorAccount.objects.bulk_create(
        [
            VendorAccount(
                company=company,
                supplier=suppliers[company.connection_id, partner.odoo_id],
                odoo_partner_id=partner.odoo_id,
                reference=partner.reference[:64],
            )
            for company, partner in missing
        ],
        ignore_conflicts=True,
    )
    accounts = _accounts_of(wanted)
    notes = [
        (account, _recognised(suppliers[company.connection_id, partner.odoo_id], company, partner))
        for company, partner in missing
        if (account := accounts[company.pk, partner.odoo_id]).supplier_id in recognised
    ]
    note_many(notes, at=now, channel=Channel.ODOO, actor_name="Odoo")
    return accounts


def _suppliers_of(
    missing: Sequence[tuple[BuyerCompany, PartnerRecord]],
) -> tuple[dict[tuple[int, int], Supplier], set[int]]:
    """Return suppliers by (connection pk, partner id), new ones too; and which were told by tax number."""
    suppliers = {
        (account.company.connection_id, account.odoo_partner_id): account.supplier
        for account in VendorAccount.objects.filter(
            company__connection__in={company.connection_id for company, _ in missing},
            odoo_partner_id__in={partner.odoo_id for _, partner in missing},
        ).select_related("company", "supplier")
    }
    new = {
        (company.connection_id, partner.odoo_id): partner
        for company, partner in missing
        if (company.connection_id, partner.odoo_id) not in suppliers
    }
    told = _told_by_tax_id(new)
    created = {
        key: Supplier(name=partner.name[:200], vat=partner.vat[:32])
        for key, partner in new.items()
        if key not in told
    }
    Supplier.objects.bulk_create(created.values())
    return suppliers | told | created, {supplier.pk for supplier in told.values()}


def _told_by_tax_id(new: Mapping[tuple[int, int], PartnerRecord]) -> dict[tuple[int, int], Supplier]:
    told: dict[tuple[int, int], Supplier] = {}
    for connection_id in sorted({connection_id for connection_id, _ in new}):
        claims: dict[str, list[int]] = {}
        for (of, partner_id), partner in new.items():
            if of == connection_id and (tax_id := full_tax_id(partner.vat)):
                claims.setdefault(tax_id, []).append(partner_id)
        known = suppliers_by_tax_id(claims.keys(), without=connection_id) if claims else {}
        # Two partners of one database under one number are two accounts there: which is which, is not for us.
        told |= {
            (connection_id, claims[tax_id][0]): supplier
            for tax_id, supplier in known.items()
            if len(claims[tax_id]) == 1
        }
    return told


def _recognised(supplier: Supplier, company: BuyerCompany, partner: PartnerRecord) -> Happening:
    sentence = f"{supplier} delivers to {company} too: the tax number {partner.vat} is the same."
    return Happening("vendor.recognised", sentence)


def known_vendors(connection: OdooConnection, ids: Iterable[int]) -> Iterable[int]:
    """Return those of the partners that have an account here."""
    rows = VendorAccount.objects.filter(company__connection=connection, odoo_partner_id__in=list(ids))
    return rows.values_list("odoo_partner_id", flat=True).distinct()


@reads(Subject.VENDORS, wanted=known_vendors)
@transaction.atomic
def apply_vendors(connection: OdooConnection, records: Sequence[PartnerRecord], *, now: datetime) -> int:
    """Bring vendors' names, VAT numbers and references up to date; return how many accounts differed.

    A supplier that other Odoo databases know as well keeps the name it has here: they may all differ.
    """
    by_partner = {record.odoo_id: record for record in records}
    accounts = list(
        VendorAccount.objects.filter(company__connection=connection, odoo_partner_id__in=by_partner)
        .select_related("supplier", "company")
        .select_for_update(of=["self"])
        .order_by("pk")
    )
    shared = _known_elsewhere(connection, accounts)
    notes = []
    for account in accounts:
        record = by_partner[account.odoo_partner_id]
        changes = _refresh(account, record, with_name=account.supplier_id not in shared)
        if changes:
            notes.append((account, Happening("vendor.changed", "Changed in Odoo.", tuple(changes))))
    note_many(notes, at=now, channel=Channel.ODOO, actor_name="Odoo")
    return len(notes)


def _known_elsewhere(connection: OdooConnection, accounts: Iterable[VendorAccount]) -> set[int]:
    suppliers = {account.supplier_id for account in accounts}
    others = VendorAccount.objects.filter(supplier__in=suppliers).exclude(company__connection=connection)
    return set(others.values_list("supplier_id", flat=True))


def _refresh(account: VendorAccount, record: PartnerRecord, *, with_name: bool) -> list[dict[str, str]]:
    """Write what differs and return it as the journal keeps it."""
    changes = []
    wanted: list[tuple[VendorAccount | Supplier, str, str]] = [(account, "reference", record.reference[:64])]
    if with_name:
        wanted += [
            (account.supplier, "name", record.name[:200]),
            (account.supplier, "vat", record.vat[:32]),
        ]
    for row, field, new in wanted:
        old = getattr(row, field)
        if old != new:
            setattr(row, field, new)
            row.save(update_fields=[field])
            changes.append({"what": field, "old": old, "new": new})
    return changes


def _accounts_of(
    wanted: Iterable[tuple[BuyerCompany, PartnerRecord]],
) -> dict[tuple[int, int], VendorAccount]:
    wanted = list(wanted)
    rows = VendorAccount.objects.filter(
        company__in={company.pk for company, _ in wanted},
        odoo_partner_id__in={partner.odoo_id for _, partner in wanted},
    )
    return {(account.company_id, account.odoo_partner_id): account for account in rows}
