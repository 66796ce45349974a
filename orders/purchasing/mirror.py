"""Building and refreshing the mirror of an order: only what comes from Odoo is copied here."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from integrations.odoo.records import LineRecord, OrderRecord
from orders.purchasing.copying import new_row
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import OrderRevision, PurchaseOrder, PurchaseOrderLine
from orders.purchasing.revisions import STATES, Change, content_hash, day_in, snapshot
from suppliers.people.models import BuyerCompany, VendorAccount

HEADER_FIELDS = [
    "number",
    "state",
    "ordered_at",
    "currency",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "buyer_odoo_id",
    "buyer_name",
    "notes",
    "payment_terms",
    "incoterm",
    "acknowledged_in_odoo",
    "written_at",
    "content_hash",
]
LINE_FIELDS = [
    "sequence",
    "product_code",
    "product_odoo_id",
    "category_path",
    "description",
    "unit",
    "quantity",
    "unit_price",
    "discount",
    "subtotal",
    "planned_at",
    "expected_on",
    "received",
    "invoiced",
]


def mirror_header(order: PurchaseOrder, record: OrderRecord) -> None:
    """Copy what Odoo says of the order itself."""
    order.number = record.number
    order.state = STATES[record.state]
    order.ordered_at = record.ordered_at
    order.currency = record.currency
    order.amount_untaxed = record.amount_untaxed
    order.amount_tax = record.amount_tax
    order.amount_total = record.amount_total
    order.buyer_odoo_id = record.buyer_id
    order.buyer_name = record.buyer_name
    order.notes = record.notes
    order.payment_terms = record.payment_terms
    order.incoterm = record.incoterm
    order.acknowledged_in_odoo = record.acknowledged
    order.written_at = record.written_at
    order.content_hash = content_hash(record)


def mirror_line(line: PurchaseOrderLine, record: LineRecord, zone: ZoneInfo) -> None:
    """Copy what Odoo says of a line."""
    line.sequence = record.sequence
    line.product_code = record.product_code
    line.product_odoo_id = record.product_id
    if record.category is not None:
        line.category_path = record.category.path
    line.description = record.description
    line.unit = record.unit
    line.quantity = record.quantity
    line.unit_price = record.unit_price
    line.discount = record.discount
    line.subtotal = record.subtotal
    line.planned_at = record.planned_at
    line.expected_on = day_in(zone, record.planned_at)
    line.received = record.received
    line.invoiced = record.invoiced


def ask(line: PurchaseOrderLine, *, revision: int) -> None:
    """Make what Odoo holds the buyer's request, which the supplier is asked to confirm."""
    line.requested_on = line.expected_on
    line.asked_quantity, line.asked_price, line.asked_on = line.quantity, line.unit_price, line.expected_on
    line.asked_in_revision = revision
    # What was agreed by itself before is over: tolerances are measured from what the buyer asks for now.
    line.buyer_quantity = line.buyer_price = line.buyer_on = None
    # So is another product or unit that was agreed and had not been put into Odoo.
    line.awaited_change = None


def new_order(
    record: OrderRecord, company: BuyerCompany, account: VendorAccount, *, now: datetime
) -> PurchaseOrder:
    """Build the mirror of an order the portal has not seen before."""
    order = new_row(
        PurchaseOrder,
        supplier_id=account.supplier_id,
        company_id=company.pk,
        odoo_id=record.odoo_id,
        supplier_reference=record.supplier_reference[:64],
        first_seen_at=now,
        changed_at=now,
    )
    order.company = company
    mirror_header(order, record)
    return order


def new_line(
    order: PurchaseOrder, record: LineRecord, zone: ZoneInfo, *, agreed: bool = False
) -> PurchaseOrderLine:
    """Build the mirror of a line the portal has not seen before; *agreed* when nothing is left to ask."""
    line = new_row(
        PurchaseOrderLine,
        supplier_id=order.supplier_id,
        company_id=order.company_id,
        odoo_id=record.odoo_id,
        state=_first_state(order, record, agreed=agreed),
    )
    line.order = order
    mirror_line(line, record, zone)
    ask(line, revision=order.revision)
    return line


def new_revision(
    order: PurchaseOrder,
    record: OrderRecord,
    zone: ZoneInfo,
    *,
    now: datetime,
    changes: Iterable[Change] = (),
) -> OrderRevision:
    """Build the revision that says what the order holds from now on, and what that changed."""
    revision = new_row(
        OrderRevision,
        supplier_id=order.supplier_id,
        company_id=order.company_id,
        number=order.revision,
        at=now,
        snapshot=snapshot(record, zone),
        changes=list(changes),
    )
    revision.order = order
    return revision


def earliest_date(lines: Iterable[PurchaseOrderLine]) -> date | None:
    """Return the date by which the first open line is expected."""
    dates = [line.expected_on for line in lines if line.expected_on and line.state != LineState.CANCELLED]
    return min(dates, default=None)


def _first_state(order: PurchaseOrder, record: LineRecord, *, agreed: bool) -> LineState:
    if not order.is_open or record.quantity <= 0:
        return LineState.CANCELLED
    return LineState.AGREED if agreed else LineState.ASKED
