"""The frozen records that cross the border to Odoo: our words, no Odoo field names, no Django models."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class OdooState(StrEnum):
    """The state of a purchase order in Odoo, the same words for every version."""

    DRAFT = "draft"
    SENT = "sent"
    TO_APPROVE = "to approve"
    PURCHASE = "purchase"
    LOCKED = "locked"  # 'done' on 17 and 18, the boolean `locked` on 19
    CANCELLED = "cancel"


@dataclass(frozen=True, slots=True)
class ServerIdentity:
    """What a ping finds out. ``may`` maps a right in plain words to whether we have it."""

    version: str  # "18.0"
    protocol: str  # "XML-RPC" or "JSON-2"
    user_id: int
    user_name: str
    companies: tuple["CompanyRecord", ...]
    may: dict[str, bool]
    missing_fields: tuple[str, ...]  # "purchase.order.incoterm_id": only what needs them is switched off
    key_expires_at: datetime | None  # aware UTC; None when it does not expire or Odoo does not say
    warnings: tuple[str, ...] = ()  # sentences, e.g. the service user has no e-mail address


@dataclass(frozen=True, slots=True)
class CompanyRecord:
    """A legal entity in Odoo."""

    odoo_id: int
    name: str
    currency: str  # ISO 4217


@dataclass(frozen=True, slots=True)
class PartnerRecord:
    """A vendor in Odoo (the commercial partner, not its contacts)."""

    odoo_id: int
    name: str
    vat: str
    email: str
    reference: str
    written_at: datetime  # aware UTC, whole seconds


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """A product category. ``path`` is ``/1/4/`` from the root to the category itself."""

    odoo_id: int
    name: str  # with all categories above it: "All / Fasteners"
    path: str


@dataclass(frozen=True, slots=True)
class LineRecord:
    """A purchase order line as Odoo holds it now. Sections and notes (display_type) are left out."""

    odoo_id: int
    sequence: int
    product_code: str
    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    discount: Decimal  # percent
    subtotal: Decimal  # as Odoo computed it: never recompute totals, read them
    planned_at: datetime | None  # aware UTC
    received: Decimal
    invoiced: Decimal
    product_id: int | None = None
    # Not part of what an order says: another category is no change of the order.
    category: CategoryRecord | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """A purchase order with its lines as Odoo holds it now."""

    odoo_id: int
    company_id: int
    partner: PartnerRecord  # the commercial vendor
    number: str
    state: OdooState
    ordered_at: datetime | None  # aware UTC
    planned_at: datetime | None  # aware UTC
    currency: str
    amount_untaxed: Decimal
    amount_tax: Decimal
    amount_total: Decimal
    buyer_id: int | None
    buyer_name: str
    supplier_reference: str
    notes: str  # HTML as Odoo stores it; must be cleaned before it is shown
    payment_terms: str
    incoterm: str
    acknowledged: bool
    written_at: datetime  # aware UTC, whole seconds
    lines: tuple[LineRecord, ...] = field(default=())


class ReceiptState(StrEnum):
    """Where goods that come in (or go back) are; Odoo tells more ways of waiting than matter here."""

    EXPECTED = "EXPECTED"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class ReceiptMoveRecord:
    """How much of one order line a receipt expects, and how much of it came."""

    odoo_id: int
    line_id: int  # of the order line
    expected: Decimal
    received: Decimal  # zero until the receipt is done
    unit: str  # the warehouse's, which may differ from the order line's


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """A receipt for purchase orders as Odoo holds it now; after a decrease it may be a return."""

    odoo_id: int
    company_id: int
    number: str
    state: ReceiptState
    is_return: bool
    scheduled_at: datetime | None  # aware UTC
    done_at: datetime | None  # aware UTC
    moves: tuple[ReceiptMoveRecord, ...]


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """What the portal shows of a product; name and unit stand on each order line itself."""

    odoo_id: int
    code: str
    category: CategoryRecord | None = None  # None: there is none, or we may not read it


@dataclass(frozen=True, slots=True)
class CommentFile:
    """A file on a comment; ``data`` is None when it is too large to be brought over."""

    name: str
    data: bytes | None


@dataclass(frozen=True, slots=True)
class CommentRecord:
    """What somebody of the buyer wrote to the vendor in an order's chatter (not a note among colleagues)."""

    odoo_id: int
    order_id: int
    author: str
    body: str  # HTML as Odoo stores it; must be cleaned before it is shown
    written_at: datetime  # aware UTC
    files: tuple[CommentFile, ...]


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a change feed: every row up to (second, id) was seen; id 0 is the start of the second."""

    written_at: datetime | None  # aware UTC, whole seconds; None reads from the beginning
    last_id: int
    # In the middle of one crowded second that is read by ascending id.
    inside: bool = False


@dataclass(frozen=True, slots=True)
class ChangedIds:
    """One page of a change feed: what was touched and where to go on; ``more``: ask again at once."""

    ids: tuple[int, ...]
    position: Position
    more: bool
    newest: Position | None  # the latest row of this page


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """What both sides agreed for one line; written in ONE write, or Odoo recomputes price and date by itself.

    ``base_*`` is what Odoo held when the agreement was made: if Odoo now holds neither that nor the agreed
    values, somebody changed the line meanwhile and the agreement must not overwrite it.
    """

    odoo_id: int
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal
    planned_at: datetime  # aware UTC
    base_quantity: Decimal
    base_unit_price: Decimal
    base_planned_at: datetime | None


@dataclass(frozen=True, slots=True)
class Question:
    """An activity on the order that tells the buyer in Odoo what to decide (splits, rejected lines)."""

    external_id: str  # deterministic: a repeat finds the first one
    summary: str
    body_html: str
    user_id: int | None  # the buyer's Odoo id; None means our own service user


@dataclass(frozen=True, slots=True)
class NoteFile:
    """A file on a note."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A note in the order's chatter."""

    external_id: str  # deterministic: a repeat finds the first one
    body_html: str
    files: tuple[NoteFile, ...] = ()
