"""Which class gives each model its rules, and which links are looked up through an index."""

from __future__ import annotations

from integrations.odoo.sandbox.base_models import BASE_MODELS
from integrations.odoo.sandbox.mail_models import MAIL_MODELS
from integrations.odoo.sandbox.model import Model
from integrations.odoo.sandbox.people import PEOPLE_MODELS
from integrations.odoo.sandbox.products import PRODUCT_MODELS
from integrations.odoo.sandbox.purchase_lines import PurchaseLine
from integrations.odoo.sandbox.purchase_orders import PurchaseOrder
from integrations.odoo.sandbox.rpc_model import RpcModel
from integrations.odoo.sandbox.schema import Schema
from integrations.odoo.sandbox.transfers import STOCK_MODELS

INDEXED = (
    ("ir.model.data", "name"),
    ("ir.model.data", "res_id"),
    ("res.partner", "parent_id"),
    ("res.users", "partner_id"),
    ("res.users.apikeys", "user_id"),
    ("product.product", "product_tmpl_id"),
    ("product.supplierinfo", "product_tmpl_id"),
    ("product.category", "parent_id"),
    ("purchase.order", "partner_id"),
    ("purchase.order.line", "order_id"),
    ("purchase.order.line", "product_id"),
    ("stock.picking", "purchase_id"),
    ("stock.picking", "backorder_id"),
    ("stock.picking", "return_id"),
    ("stock.move", "picking_id"),
    ("stock.move", "purchase_line_id"),
    ("stock.move.line", "move_id"),
    ("stock.move.line", "picking_id"),
    ("stock.backorder.confirmation.line", "backorder_confirmation_id"),
    ("mail.message", "res_id"),
    ("mail.activity", "res_id"),
    ("mail.tracking.value", "mail_message_id"),
    ("ir.attachment", "res_id"),
)

PURCHASE_MODELS: dict[str, type[RpcModel]] = {
    "purchase.order": PurchaseOrder,
    "purchase.order.line": PurchaseLine,
}
CLASSES: dict[str, type[RpcModel]] = {
    **BASE_MODELS,
    **PEOPLE_MODELS,
    **PRODUCT_MODELS,
    **MAIL_MODELS,
    **PURCHASE_MODELS,
    **STOCK_MODELS,
}


def build_models(schema: Schema) -> dict[str, Model]:
    """One rule object per model of the version."""
    return {name: CLASSES.get(name, RpcModel)(about) for name, about in schema.models.items()}
