"""Orders that are gone in Odoo are closed here, the way any other change of theirs comes in."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from integrations.odoo.records import LineRecord, OdooState, OrderRecord, PartnerRecord
from orders.purchasing.changes import apply_changes
from orders.purchasing.lifecycle import OrderState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from suppliers.journal.actions import Happening, note_many
from suppliers.journal.models import Channel
from suppliers.people.models import VendorAccount


def withdraw_gone(company_id: int, odoo_ids: Collection[int], *, now: datetime) -> int:
    """Close the orders that Odoo no longer has; return how many were not withdrawn before.

    Inside a transaction. To the supplier a deleted order is one that was taken back.
    """
    orders = list(
        PurchaseOrder.objects.filter(company=company_id, odoo_id__in=odoo_ids)
        .exclude(state=OrderState.WITHDRAWN)
        .select_related("company", "supplier")
        .order_by("pk")
        .select_for_update(of=["self"])
    )
    lines: dict[int, list[PurchaseOrderLine]] = defaultdict(list)
    for line in PurchaseOrderLine.objects.filter(order__in=orders).order_by("sequence", "odoo_id"):
        lines[line.order_id].append(line)
    partners = _partners(company_id, orders)
    note_many(
        [(order, Happening("order.deleted", f"Order {order.number} is gone in Odoo.")) for order in orders],
        at=now,
        channel=Channel.ODOO,
        actor_name="Odoo",
    )
    apply_changes(
        (
            (
                order,
                {line.odoo_id: line for line in lines[order.pk]},
                _taken_back(order, lines[order.pk], partners.get(order.supplier_id, 0)),
            )
            for order in orders
        ),
        now=now,
    )
    return len(orders)


def _partners(company_id: int, orders: Sequence[PurchaseOrder]) -> dict[int, int]:
    accounts = VendorAccount.objects.filter(
        company=company_id, supplier__in={order.supplier_id for order in orders}
    )
    return dict(accounts.values_list("supplier_id", "odoo_partner_id"))


def _taken_back(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], partner_id: int) -> OrderRecord:
    """Return the order as Odoo last held it, but back in draft."""
    return OrderRecord(
        odoo_id=order.odoo_id,
        company_id=order.company.odoo_company_id,
        partner=PartnerRecord(partner_id, order.supplier.name, "", "", "", order.written_at),
        number=order.number,
        state=OdooState.DRAFT,
        ordered_at=order.ordered_at,
        planned_at=None,
        currency=order.currency,
        amount_untaxed=order.amount_untaxed,
        amount_tax=order.amount_tax,
        amount_total=order.amount_total,
        buyer_id=order.buyer_odoo_id,
        buyer_name=order.buyer_name,
        supplier_reference=order.supplier_reference,
        notes=order.notes,
        payment_terms=order.payment_terms,
        incoterm=order.incoterm,
        acknowledged=order.acknowledged_in_odoo,
        written_at=order.written_at,
        lines=tuple(_line(line) for line in lines),
    )


def _line(line: PurchaseOrderLine) -> LineRecord:
    return LineRecord(
        odoo_id=line.odoo_id,
        sequence=line.sequence,
        product_code=line.product_code,
        description=line.description,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        discount=line.discount,
        subtotal=line.subtotal,
        planned_at=line.planned_at,
        received=line.received,
        invoiced=line.invoiced,
        product_id=line.product_odoo_id,
    )
