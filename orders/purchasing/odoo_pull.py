"""Purchase orders come in from Odoo: set-based upsert, and one revision for each change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from integrations.odoo.connect import gateway_for
from integrations.odoo.models import OdooConnection
from integrations.odoo.readers import forgets, reads
from integrations.odoo.records import CategoryRecord, LineRecord, OdooState, OrderRecord, ProductRecord
from integrations.odoo.subjects import LINE, ORDER, Subject
from orders.purchasing import mail
from orders.purchasing.changes import apply_changes
from orders.purchasing.copying import insert_many
from orders.purchasing.lifecycle import OrderState, OrderSummary, summarize
from orders.purchasing.mirror import earliest_date, new_line, new_order, new_revision
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.revisions import content_hash, is_complete
from orders.purchasing.withdrawing import withdraw_gone
from suppliers.journal.actions import Happening, note_many
from suppliers.journal.models import Channel
from suppliers.people.models import BuyerCompany, VendorAccount
from suppliers.people.odoo_pull import ensure_vendors
from suppliers.policies.categories import remember_categories

_UNSEEN = {OdooState.DRAFT, OdooState.TO_APPROVE}


@dataclass(frozen=True, slots=True)
class _Known:
    """Where the rows of one connection belong: companies and vendor accounts by their Odoo ids."""

    companies: dict[int, BuyerCompany]
    accounts: dict[tuple[int, int], VendorAccount]  # (company pk, Odoo partner id)


@reads(Subject.ORDERS)
@transaction.atomic
def apply_orders(
    connection: OdooConnection, records: Sequence[OrderRecord], *, now: datetime, first_import: bool = False
) -> int:
    """Bring what Odoo says of these orders into the portal and return how many were new or changed.

    The same records twice change nothing (content hash). A first import tells nobody by mail and asks only
    for what is still to come: what Odoo calls acknowledged or received counts as agreed.
    """
    known = _known(connection, records, now=now)
    records = [record for record in records if record.company_id in known.companies]
    _learn_categories(known.companies, records)
    held = _held(known, records)
    new, changed = [], []
    for record in records:
        order = held.get((known.companies[record.company_id].pk, record.odoo_id))
        if order is None:
            if record.state not in _UNSEEN:
                new.append(record)
        elif order.content_hash != content_hash(record):
            changed.append((order, record))
    _create(known, new, now=now, first_import=first_import)
    lines = _lines_of([order for order, _ in changed])
    apply_changes(((order, lines[order.pk], record) for order, record in changed), now=now)
    return len(new) + len(changed)


def held_orders(connection: OdooConnection) -> Iterable[int]:
    """Return the orders whose end would matter: those that are not closed here already."""
    rows = PurchaseOrder.objects.filter(company__connection=connection, state__in=OrderState.open())
    return rows.values_list("odoo_id", flat=True)


@forgets(Subject.ORDERS, ORDER, held=held_orders)
def forget_orders(connection: OdooConnection, odoo_ids: Collection[int], *, now: datetime) -> int:
    """Close orders that were deleted in Odoo, the way any other change of theirs comes in."""
    closed = 0
    for company in connection.companies.all():
        with transaction.atomic():
            closed += withdraw_gone(company.pk, odoo_ids, now=now)
    return closed


def held_lines(connection: OdooConnection) -> Iterable[int]:
    """Return the lines of open orders."""
    rows = PurchaseOrderLine.objects.open().filter(order__company__connection=connection)
    return rows.values_list("odoo_id", flat=True)


@forgets(Subject.ORDERS, LINE, held=held_lines)
def forget_lines(connection: OdooConnection, odoo_ids: Collection[int], *, now: datetime) -> int:
    """Read the orders again whose lines were deleted in Odoo: not every such change shows on the order."""
    gone = PurchaseOrderLine.objects.filter(order__company__connection=connection, odoo_id__in=odoo_ids)
    orders = set(gone.open().values_list("order__odoo_id", flat=True))
    return apply_orders(connection, gateway_for(connection).orders(orders), now=now) if orders else 0


def known_products(connection: OdooConnection, ids: Iterable[int]) -> Iterable[int]:
    """Return those of the products that stand on lines here."""
    rows = PurchaseOrderLine.objects.filter(company__connection=connection, product_odoo_id__in=list(ids))
    return rows.values_list("product_odoo_id", flat=True).distinct()


@reads(Subject.PRODUCTS, wanted=known_products)
@transaction.atomic
def apply_products(connection: OdooConnection, records: Sequence[ProductRecord], *, now: datetime) -> int:
    """Write the products' codes on every line that shows them; return how many lines that changed.

    Nobody is asked again: a product with another code is the same product (see revisions.compare).
    """
    changed = 0
    companies = list(connection.companies.all())
    for company in companies:
        _move_categories(company, {record.category for record in records if record.category})
    for record in records:
        lines = PurchaseOrderLine.objects.filter(company__in=companies, product_odoo_id=record.odoo_id)
        changed += lines.exclude(product_code=record.code[:64]).update(product_code=record.code[:64])
        if record.category:
            lines.exclude(category_path=record.category.path).update(category_path=record.category.path)
    return changed


def _learn_categories(companies: Mapping[int, BuyerCompany], records: Iterable[OrderRecord]) -> None:
    """Know the product categories of what was ordered, by the names that policies show."""
    found: dict[int, set[CategoryRecord]] = defaultdict(set)
    for record in records:
        found[record.company_id] |= {line.category for line in record.lines if line.category}
    for company_id, categories in found.items():
        _move_categories(companies[company_id], categories)


def _move_categories(company: BuyerCompany, categories: Collection[CategoryRecord]) -> None:
    for old, new in remember_categories(company, categories).items():
        PurchaseOrderLine.objects.filter(company=company, category_path=old).update(category_path=new)


def _known(connection: OdooConnection, records: Sequence[OrderRecord], *, now: datetime) -> _Known:
    companies = {company.odoo_company_id: company for company in connection.companies.all()}
    wanted = {
        (companies[record.company_id], record.partner) for record in records if record.company_id in companies
    }
    return _Known(companies, ensure_vendors(wanted, now=now))


def _held(known: _Known, records: Sequence[OrderRecord]) -> dict[tuple[int, int], PurchaseOrder]:
    """Lock the orders concerned, always in the same order so that two feeds cannot wait for each other."""
    rows = (
        PurchaseOrder.objects.filter(
            company__in=known.companies.values(), odoo_id__in=[record.odoo_id for record in records]
        )
        .select_related("company", "supplier")
        .order_by("pk")
        .select_for_update(of=["self"])
    )
    return {(order.company_id, order.odoo_id): order for order in rows}


def _lines_of(orders: Sequence[PurchaseOrder]) -> dict[int, dict[int, PurchaseOrderLine]]:
    found: dict[int, dict[int, PurchaseOrderLine]] = defaultdict(dict)
    for line in PurchaseOrderLine.objects.filter(order__in=orders):
        found[line.order_id][line.odoo_id] = line
    return found


def _create(known: _Known, records: Sequence[OrderRecord], *, now: datetime, first_import: bool) -> None:
    orders, lines, revisions = [], [], []
    for record in records:
        company = known.companies[record.company_id]
        account = known.accounts[company.pk, record.partner.odoo_id]
        zone = ZoneInfo(company.time_zone)
        order = new_order(record, company, account, now=now)
        own = [
            new_line(order, line, zone, agreed=first_import and _is_settled(record, line))
            for line in record.lines
        ]
        order.summary = summarize(order.state, [line.state for line in own])
        order.needed_on = earliest_date(own)
        orders.append(order)
        lines += own
        revisions.append(new_revision(order, record, zone, now=now))
    insert_many(orders)
    insert_many(lines)
    insert_many(revisions)
    if not first_import:
        _announce(orders, lines, now=now)


def _is_settled(record: OrderRecord, line: LineRecord) -> bool:
    return record.acknowledged or is_complete(line.received, line.quantity)


def _announce(orders: Sequence[PurchaseOrder], lines: Sequence[PurchaseOrderLine], *, now: datetime) -> None:
    by_order: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    for line in lines:
        by_order[line.order_id].append(line)
    note_many(
        [(order, Happening("order.received", f"Order {order.number} came from Odoo.")) for order in orders],
        at=now,
        channel=Channel.ODOO,
        actor_name="Odoo",
    )
    for order in orders:
        if order.summary != OrderSummary.CLOSED:
            mail.tell_supplier_of_new_order(order, by_order[order.pk], at=now)
