"""What an Odoo administrator enters so that Odoo tells us of changes: the automation rules, per version."""

from dataclasses import dataclass

from integrations.odoo.client import major_of


@dataclass(frozen=True, slots=True)
class Rule:
    """One automation rule."""

    name: str
    model: str  # as Odoo's form names it
    technical: str
    fields: tuple[str, ...]  # "When updating"; none means every change
    why: str
    is_needed: bool = True


RULES = (
    Rule(
        "Quayside: orders",
        "Purchase Order",
        "purchase.order",
        (),
        "New orders, changes and cancellations.",
    ),
    Rule(
        "Quayside: order lines",
        "Purchase Order Line",
        "purchase.order.line",
        ("Description", "Expected Arrival", "Quantity", "Unit Price"),
        "A line may change without its order.",
    ),
    Rule(
        "Quayside: receipts",
        "Transfer",
        "stock.picking",
        ("Status", "Scheduled Date"),
        "Receipts change on their own. Only with Inventory installed.",
    ),
    Rule(
        "Quayside: vendors",
        "Contact",
        "res.partner",
        ("Name", "Tax ID", "Reference"),
        "A vendor's new name some seconds sooner.",
        is_needed=False,
    ),
    Rule(
        "Quayside: products",
        "Product Variant",
        "product.product",
        ("Internal Reference",),
        "A product's new code some seconds sooner.",
        is_needed=False,
    ),
)


@dataclass(frozen=True, slots=True)
class Guide:
    """How to enter the rules in one version, and what to know about it."""

    version: str  # "18"
    trigger: str
    timing: str
    is_theirs: bool = False  # the version of the connection the page is about


_INSIDE = (
    "Odoo calls while its own transaction is still open, so the portal looks half a second later and once "
    "more two seconds after that. If Odoo undoes the transaction, the portal looks and finds nothing."
)
_AFTER = "Odoo calls after its transaction is finished, so the portal looks at once."
_GUIDES = (
    Guide("17", "On save", _INSIDE),
    Guide("18", "On save", _INSIDE),
    Guide("19", "On create and edit", _AFTER),
)


def guides(version: str) -> list[Guide]:
    """Return the guide of each version, that of the connection's own ("18.0", "" when unknown) first."""
    major = str(major_of(version)) if version else ""
    marked = [
        Guide(guide.version, guide.trigger, guide.timing, is_theirs=guide.version == major)
        for guide in _GUIDES
    ]
    return sorted(marked, key=lambda guide: not guide.is_theirs)
