"""Purchase orders as Odoo holds them, their revisions, and the answers both sides give in rounds."""

from orders.purchasing.models.answers import Answer, DateMove, LineAnswer, ScheduleLine
from orders.purchasing.models.fields import amount_field, price_field, quantity_field
from orders.purchasing.models.orders import OrderRevision, PurchaseOrder, PurchaseOrderLine

__all__ = [
    "Answer",
    "DateMove",
    "LineAnswer",
    "OrderRevision",
    "PurchaseOrder",
    "PurchaseOrderLine",
    "ScheduleLine",
    "amount_field",
    "price_field",
    "quantity_field",
]
