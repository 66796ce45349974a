"""The one table of what differs between Odoo versions: field names, states, methods, behaviour."""

from dataclasses import dataclass, replace

from integrations.errors import NeedsAttention
from integrations.odoo.client import major_of
from integrations.odoo.records import OdooState

OLDEST, NEWEST = 16, 19


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one version says what the portal needs."""

    unit: str  # purchase.order.line
    notes: str  # purchase.order
    acknowledged: str  # purchase.order
    acknowledge: str  # public method that sets it and answers None; "" means: write the field
    locked: str  # boolean of purchase.order; "" means: the state 'done' says so
    lock: str
    unlock: str
    user_groups: str  # res.users
    may: str  # method that says whether we have a right on a model: see gateway
    keys_expire: bool  # res.users.apikeys.expiration_date
    reference_stays: bool  # purchase.order.partner_ref is not copied to bills as number and payment reference
    moved: str = "quantity"  # stock.move: how much of it came


_UP_TO_17 = Dialect(
    unit="product_uom", notes="notes", acknowledged="mail_reception_confirmed", acknowledge="", locked="",
    lock="button_done", unlock="button_unlock", user_groups="groups_id", may="check_access_rights",
    keys_expire=False, reference_stays=False,
)  # fmt: skip
_16 = replace(_UP_TO_17, moved="quantity_done")
_18 = Dialect(
    unit="product_uom", notes="notes", acknowledged="mail_reception_confirmed", acknowledge="", locked="",
    lock="button_done", unlock="button_unlock", user_groups="groups_id", may="has_access",
    keys_expire=True, reference_stays=False,
)  # fmt: skip
_FROM_19 = Dialect(
    unit="product_uom_id", notes="note", acknowledged="acknowledged", acknowledge="action_acknowledge",
    locked="locked", lock="button_lock", unlock="button_unlock", user_groups="group_ids", may="has_access",
    keys_expire=True, reference_stays=True,
)  # fmt: skip

# A state that a version does not know may stand in a domain all the same.
STATES = {
    "draft": OdooState.DRAFT,
    "sent": OdooState.SENT,
    "to approve": OdooState.TO_APPROVE,
    "purchase": OdooState.PURCHASE,
    "done": OdooState.LOCKED,
    "cancel": OdooState.CANCELLED,
}
# What a first import reads: drafts are still being written by the buyer.
IMPORTED_STATES = ["sent", "purchase", "done", "cancel"]
OPEN_STATES = frozenset({OdooState.PURCHASE, OdooState.LOCKED})


def dialect_of(version: str) -> Dialect:
    """Return the dialect of "18.0" or "saas~18.3"; newer versions than we know are spoken to as the newest.

    Raises NeedsAttention for a version too old.
    """
    major = major_of(version)
    if major < OLDEST:
        raise NeedsAttention(f"Odoo {version} is too old: the portal speaks to version {OLDEST} and newer.")
    if major >= 19:
        return _FROM_19
    return _18 if major == 18 else _UP_TO_17 if major == 17 else _16
