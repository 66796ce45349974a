"""``@comparison(name)``: what there is to compare with Odoo is registered by the app that owns it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured

from integrations.odoo.cursors import OVERLAP
from integrations.odoo.models import OdooConnection
from integrations.odoo.verbs import Gateway
from integrations.ownership import Master, master_of
from integrations.reconciliation.models import Direction, Kind


@dataclass(frozen=True, slots=True)
class Look:
    """What a comparison is given: which company, on which Odoo, and what counts as still on its way."""

    connection: OdooConnection
    gateway: Gateway
    company_id: int  # our BuyerCompany
    odoo_company_id: int
    now: datetime
    # What was written in Odoo so short ago is the feed's to bring: that is no drift.
    overlap: timedelta = OVERLAP


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. ``here`` and ``there`` are texts for people."""

    kind: Kind
    entity: str  # as in integrations/ownership.py
    field: str  # "" means the record as a whole
    document_id: int | None
    document_odoo_id: int
    record_odoo_id: int  # 0 means the document itself
    label: str
    here: str
    there: str
    by_hand: bool = False  # no repair would put this right by itself

    @property
    def direction(self) -> Direction:
        """Return the allowed way of repair: whoever owns the field is right."""
        if self.by_hand:
            return Direction.NONE
        return Direction.PULL if master_of(self.entity, self.field) is Master.ODOO else Direction.PUSH


@dataclass(frozen=True, slots=True)
class Batch:
    """A step of a comparison: how many documents and records were looked at, and what was found."""

    documents: int = 0
    records: int = 0
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairOrder:
    """Who wants a repair, when, and a key under which asking twice is asking once."""

    key: str
    by_id: int | None
    by_name: str
    at: datetime


class Comparison(Protocol):
    """One subject that both sides hold. Every method raises TryLater and NeedsAttention, nothing else."""

    def compare(self, look: Look) -> Iterator[Batch]:
        """Go through all documents of a company, in hashes first; only what differs is looked at closely."""

    def look_again(self, look: Look, odoo_ids: Collection[int]) -> list[Finding]:
        """Compare these documents field by field; what is on its way is left out."""

    def pull(self, look: Look, odoo_ids: Collection[int], order: RepairOrder) -> None:
        """Read these documents again; what is gone in Odoo is closed here."""

    def push(self, look: Look, odoo_ids: Collection[int], order: RepairOrder) -> None:
        """Send what these documents hold, and Odoo does not, once more through the outbox."""


_comparisons: dict[str, Comparison] = {}


def comparison(name: str) -> Callable[[type[Comparison]], type[Comparison]]:
    """Register the class below under *name*. It stands in a module named odoo_compare.

    Raises ImproperlyConfigured when another class has the name already.
    """

    def register(found: type[Comparison]) -> type[Comparison]:
        if name in _comparisons:
            raise ImproperlyConfigured(f"Two comparisons are named {name}.")
        _comparisons[name] = found()
        return found

    return register


def comparisons() -> dict[str, Comparison]:
    """Return all that can be compared, by name."""
    return dict(_comparisons)
