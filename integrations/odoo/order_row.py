"""One order's own row in Odoo during a visit: read once, and again after each write to the order."""

from typing import Any

from integrations.errors import FaultClass, NeedsAttention
from integrations.odoo.client import OdooClient
from integrations.odoo.lookups import Row
from integrations.odoo.reading import state_of
from integrations.odoo.records import OdooState
from integrations.odoo.subjects import ORDER
from integrations.odoo.versions import Dialect


class OrderRow:
    """What several verbs look at before they write; every look costs a call to Odoo, so they share it."""

    def __init__(self, client: OdooClient, dialect: Dialect, order_id: int, fields: list[str]) -> None:
        self.client, self.dialect, self.id = client, dialect, order_id
        self._fields = fields
        self._row: Row | None = None

    def read(self) -> Row:
        """Return the row as it was last read. Raises NeedsAttention (conflict) when the order is gone."""
        return self._row or self.read_again()

    def read_again(self) -> Row:
        """Read the row now. Raises NeedsAttention (conflict) when the order is gone."""
        rows = self.client.call(ORDER, "read", [self.id], fields=self._fields, load="")
        if not rows:
            raise NeedsAttention("The order is gone in Odoo.", fault=FaultClass.CONFLICT)
        self._row = rows[0]
        return rows[0]

    def state(self) -> OdooState:
        """Return the order's state, in the same words for every version."""
        return state_of(self.read(), self.dialect)

    def has_changed(self) -> None:
        """Something about the order was written: what was read does not count any more."""
        self._row = None

    def call(self, method: str, **arguments: Any) -> None:
        """Call a method that changes the order."""
        # Also when the answer is lost: whatever it was, the row may be another now.
        self.has_changed()
        self.client.call(ORDER, method, [self.id], **arguments)
