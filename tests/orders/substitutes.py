"""Another product or unit as tests propose it, and what a buyer does about it in Odoo."""

from datetime import UTC, date, datetime
from decimal import Decimal

from integrations.outbox.engine import deliver_document
from integrations.outbox.models import OutboxMessage
from orders.purchasing.actions import Part
from orders.purchasing.lifecycle import AnswerState
from orders.purchasing.models import LineAnswer, PurchaseOrder

DAY, LATER = date(2026, 12, 15), date(2026, 12, 20)
PRICE = Decimal("4.50")


def other(quantity="10", on=DAY, price="4.80", code="BX-200", name="Hex bolt A4", unit="") -> Part:
    return Part(Decimal(quantity), on, Decimal(price), "", code, name, unit)


def boxes(quantity="2", price="22.00", unit="Box of 5") -> Part:
    return Part(Decimal(quantity), DAY, Decimal(price), unit=unit)


def pending(line) -> LineAnswer:
    return LineAnswer.objects.get(line=line, state=AnswerState.PENDING)


def payloads() -> list[dict]:
    sent = OutboxMessage.objects.filter(topic="purchase_order.agreement").order_by("pk")
    return list(sent.values_list("payload", flat=True))


def deliver(order: PurchaseOrder) -> set[str]:
    deliver_document(order.document, now=datetime.now(UTC))
    return set(OutboxMessage.objects.filter(document=order.document).values_list("status", flat=True))


def change_line(odoo, order_id: int, **values) -> None:
    (line,) = odoo.lines(order_id)
    odoo.write("purchase.order.line", line["id"], **{"date_planned": line["date_planned"], **values})


def acknowledged(odoo, order_id: int) -> list[dict]:
    name = (
        "acknowledged"
        if "acknowledged" in odoo.client.call("purchase.order", "fields_get", attributes=["type"])
        else "mail_reception_confirmed"
    )
    rows = odoo.read("purchase.order", [("id", "=", order_id)], name)
    return [{"acknowledged": row[name]} for row in rows]


def add_line(odoo, odoo_id: int, code: str, quantity: float, **values) -> None:
    """Add a line to an order in Odoo, at the agreed price and day unless others are given."""
    odoo.create(
        "purchase.order.line",
        order_id=odoo_id,
        product_id=odoo.product(code),
        product_qty=quantity,
        **{"price_unit": 4.8, "date_planned": "2026-12-15 11:00:00", **values},
    )
