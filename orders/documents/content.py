"""What a document says: plain data that always comes out the same, and its hash."""

import json
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from hashlib import sha256
from typing import Any

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Delivery:
    """So many on that day; without a day, not at all, and why."""

    quantity: str
    on: str
    reason: str = ""
    goods: str = ""  # how much of what, where that is not as ordered


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A line as it stands; numbers are plain decimals, dates ISO."""

    position: int
    code: str
    description: str
    quantity: str
    unit: str
    price: str
    discount: str
    amount: str
    state: str  # agreed, open, declined
    deliveries: tuple[Delivery, ...] = ()
    note: str = ""  # what is still to be changed in Odoo


@dataclass(frozen=True, slots=True)
class Document:
    """An order in one of its revisions, with what both sides agreed on by then."""

    number: str
    revision: int
    is_current: bool
    buyer: str
    supplier: str
    supplier_vat: str
    supplier_reference: str
    ordered_on: str
    currency: str
    payment_terms: str
    incoterm: str
    state: str
    lines: tuple[DocumentLine, ...]

    @property
    def total(self) -> Decimal:
        """The sum of the lines, without tax."""
        return sum((Decimal(line.amount) for line in self.lines), Decimal(0))

    @property
    def agreed(self) -> int:
        """How many lines both sides agree on."""
        return sum(line.state == "agreed" for line in self.lines)

    def sha256(self) -> str:
        """Return the hash of everything the document says; the same content has the same hash for ever.

        Whether a newer revision exists is no part of it: it changes without the document changing.
        """
        said = asdict(self)
        del said["is_current"]
        for line in said["lines"]:
            # Documents from before there were such words keep their hashes.
            _drop_empty(line, "note")
            for delivery in line["deliveries"]:
                _drop_empty(delivery, "goods")
        return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _drop_empty(said: dict[str, Any], name: str) -> None:
    if not said[name]:
        del said[name]


def amount(quantity: Decimal, price: Decimal, discount: Decimal) -> Decimal:
    """Return a line's value without tax, rounded to the cent."""
    return (quantity * price * (1 - discount / 100)).quantize(_CENT, ROUND_HALF_UP)
