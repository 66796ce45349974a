"""What the portal reads of Odoo, and which of Odoo's models tell that it changed."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

ORDER, LINE = "purchase.order", "purchase.order.line"
RECEIPT, MOVE = "stock.picking", "stock.move"
PARTNER, PRODUCT = "res.partner", "product.product"
MESSAGE, ATTACHMENT = "mail.message", "ir.attachment"


class Subject(StrEnum):
    """Something the portal keeps a mirror of. They are read in this order."""

    ORDERS = "orders"
    RECEIPTS = "receipts"
    VENDORS = "vendors"
    PRODUCTS = "products"
    COMMENTS = "comments"


@dataclass(frozen=True, slots=True)
class Watch:
    """A model whose changes are looked for. One call tells what was written in it since a position."""

    model: str
    # The field that names the record meant: a line's order. "id": the row itself.
    of: str = "id"
    domain: tuple[tuple[str, str, Any], ...] = ()
    per_company: bool = True
    # The first look reads all there is; otherwise only what changes from then on.
    from_beginning: bool = True


# What a person of the buyer writes to the vendor: no notes (their subtype is internal; ours are notes), not
# what vendors write on Odoo's own portal, and no mails made from a template, such as the order itself.
_COMMENTS = (
    ("model", "=", ORDER),
    ("message_type", "=", "comment"),
    ("subtype_id.internal", "=", False),
    ("author_id.partner_share", "=", False),
    ("email_layout_xmlid", "=", False),
)

# A line may change without its order, and a receipt without either.
WATCHED: dict[Subject, tuple[Watch, ...]] = {
    Subject.ORDERS: (Watch(ORDER), Watch(LINE, of="order_id")),
    Subject.RECEIPTS: (Watch(RECEIPT, domain=(("move_ids.purchase_line_id", "!=", False),)),),
    # Vendors and products come in with the orders that name them.
    Subject.VENDORS: (Watch(PARTNER, per_company=False, from_beginning=False),),
    Subject.PRODUCTS: (Watch(PRODUCT, per_company=False, from_beginning=False),),
    Subject.COMMENTS: (Watch(MESSAGE, domain=_COMMENTS, per_company=False, from_beginning=False),),
}

# Fields without which a subject cannot be read, by model; the module that brings them may not be installed.
NEEDED: dict[Subject, dict[str, tuple[str, ...]]] = {
    Subject.ORDERS: {},
    Subject.RECEIPTS: {
        RECEIPT: ("move_ids", "state", "scheduled_date", "date_done", "picking_type_code"),
        # purchase_line_id comes with purchase_stock, which Odoo installs by itself where both are.
        MOVE: ("picking_id", "purchase_line_id", "product_uom_qty", "product_uom"),
    },
    Subject.VENDORS: {},
    Subject.PRODUCTS: {PRODUCT: ("default_code",)},
    Subject.COMMENTS: {
        MESSAGE: ("res_id", "body", "author_id", "date", "attachment_ids", "email_layout_xmlid"),
        PARTNER: ("partner_share",),
    },
}
