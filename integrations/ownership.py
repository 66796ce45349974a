"""Who owns what: the system of record of each entity and field, and what the other side may do with it."""

from dataclasses import dataclass
from enum import StrEnum


class Master(StrEnum):
    """The side whose word counts."""

    ODOO = "Odoo"
    PORTAL = "Quayside"
    PORTAL_THEN_ODOO = "Quayside until it is accepted, then Odoo"


@dataclass(frozen=True, slots=True)
class Ownership:
    """One row of the table."""

    entity: str
    fields: tuple[str, ...]  # () means the entity as a whole
    master: Master
    other_side: str

    @property
    def subject(self) -> str:
        """Return the entity, or its fields."""
        return f"{self.entity}: {', '.join(self.fields)}" if self.fields else self.entity


_MIRRORED = "Quayside shows a mirror and never edits it."
_TOLD = "Odoo receives the accepted result."
_PROPOSED = "Changed only through a new proposal."

TABLE: tuple[Ownership, ...] = (
    Ownership("vendor", (), Master.ODOO, _MIRRORED),
    Ownership("product", (), Master.ODOO, _MIRRORED),
    Ownership("purchase order", (), Master.ODOO, _MIRRORED),
    Ownership("purchase order line", (), Master.ODOO, _MIRRORED),
    Ownership("receipt", (), Master.ODOO, _MIRRORED),
    Ownership("posted bill", (), Master.ODOO, _MIRRORED),
    Ownership("payment", (), Master.ODOO, _MIRRORED),
    Ownership("acknowledgement", (), Master.PORTAL, _TOLD),
    Ownership("shipment notice", (), Master.PORTAL, _TOLD),
    Ownership("price proposal", (), Master.PORTAL, _TOLD),
    Ownership("invoice submission", (), Master.PORTAL, _TOLD),
    Ownership("dispute", (), Master.PORTAL, _TOLD),
    Ownership("message", (), Master.PORTAL, _TOLD),
    Ownership("document", (), Master.PORTAL, _TOLD),
    Ownership("portal user", (), Master.PORTAL, "Odoo does not know them."),
    Ownership("purchase order line", ("promised date",), Master.PORTAL_THEN_ODOO, _PROPOSED),
    Ownership("purchase order line", ("agreed quantity", "agreed price"), Master.PORTAL_THEN_ODOO, _PROPOSED),
    Ownership("purchase order", ("supplier's order number",), Master.PORTAL_THEN_ODOO, _PROPOSED),
)


def master_of(entity: str, field: str = "") -> Master:
    """Return whose word counts for a field; a field of its own row comes before its entity's.

    Raises LookupError for what nobody owns.
    """
    rows = [row for row in TABLE if row.entity == entity]
    for row in rows:
        if field and field in row.fields:
            return row.master
    for row in rows:
        if not row.fields:
            return row.master
    raise LookupError(f"Nobody owns {entity} {field}".strip())
