"""The rules of answering an order: what was asked, what is answered, and what deviates. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any

from suppliers.policies.records import Goods

# All that makes one part another than a second one; a reason does not.
_VALUES = attrgetter("quantity", "delivery_on", "unit_price", "product_code", "product_name", "unit")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line's answer: this quantity on that day at that price, or, without a day, not at all."""

    quantity: Decimal
    delivery_on: date | None  # in the ship-to zone; None: this part is rejected
    unit_price: Decimal | None
    reason: str = ""
    # Another product, or another unit (quantity and price are in it then); empty: as ordered.
    product_code: str = ""
    product_name: str = ""
    unit: str = ""

    @property
    def is_delivered(self) -> bool:
        """Whether this part will come."""
        return self.delivery_on is not None

    @property
    def has_other_product(self) -> bool:
        """Whether another product than the ordered one would come."""
        return bool(self.product_code or self.product_name)

    @property
    def is_foreign(self) -> bool:
        """Whether Odoo's line, as it is, cannot hold this: another product or unit."""
        return self.has_other_product or bool(self.unit)

    @property
    def product(self) -> tuple[str, str]:
        """What tells products apart; empty: as ordered."""
        return self.product_code, self.product_name


@dataclass(frozen=True, slots=True)
class LineReply:
    """What somebody says about one line. One part equal to what was asked is an acceptance."""

    line_id: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the other side is asked to say yes to, for one line."""

    line_id: int
    label: str  # "line 3 (FST-100)"
    state: str
    unit: str
    received: Decimal
    asked_in_revision: int
    parts: tuple[Part, ...]
    goods: Goods | None = None  # what policies go by; None: none holds
    buyer: "Settled | None" = None  # the buyer's own last word, where it is not what is asked here

    @property
    def quantity(self) -> Decimal:
        """The quantity asked for, over all parts."""
        return sum((part.quantity for part in self.parts), Decimal(0))


@dataclass(frozen=True, slots=True)
class Settled:
    """What a line comes to when these parts are agreed; Odoo holds one date and one price per line."""

    quantity: Decimal
    unit_price: Decimal | None
    delivery_on: date | None  # the first delivery; None when nothing will come


def settle(parts: Iterable[Part]) -> Settled:
    """Add up the parts that will come: total quantity, first date, and the one price."""
    delivered = [part for part in parts if part.delivery_on is not None]
    if not delivered:
        return Settled(Decimal(0), None, None)
    return Settled(
        quantity=sum((part.quantity for part in delivered), Decimal(0)),
        unit_price=delivered[0].unit_price,
        delivery_on=min(part.delivery_on for part in delivered if part.delivery_on),
    )


def to_come(parts: Iterable[Part], received: Decimal) -> list[Part]:
    """Return the deliveries that are not here yet in full, soonest first.

    What was received counts against the earliest ones.
    """
    found, over = [], received
    delivered = [part for part in parts if part.delivery_on is not None]
    for part in sorted(delivered, key=lambda part: part.delivery_on or date.max):
        over -= part.quantity
        if over < 0:
            found.append(part)
    return found


def value_of(parts: Iterable[Part]) -> Decimal:
    """Return what the parts that will come are worth, before discount, in the order's currency."""
    return sum((part.quantity * part.unit_price for part in parts if part.unit_price is not None), Decimal(0))


def deviations(asked: Sequence[Part], answered: Sequence[Part]) -> list[str]:
    """Name what differs between what was asked and what was answered: see the names below.

    The order of parts does not matter. A date where none was asked for does not deviate.
    """
    if all(not part.is_delivered for part in answered):
        return ["rejected"]
    asked = [
        part if part.delivery_on else replace(part, delivery_on=settle(answered).delivery_on)
        for part in asked
    ]
    if _comparable(asked) == _comparable(answered):
        return []
    want, have = settle(asked), settle(answered)
    in_other_unit = units_of(asked) != units_of(answered)
    products = {part.product for part in asked if part.is_delivered}
    differs = {
        "rejected": any(not part.is_delivered for part in answered),
        "split": len([part for part in answered if part.is_delivered]) > 1,
        "date": want.delivery_on != have.delivery_on,
        # Quantities and prices of different units say nothing about each other.
        "quantity": want.quantity != have.quantity and not in_other_unit,
        "price": want.unit_price != have.unit_price and not in_other_unit,
        "product": products != {part.product for part in answered if part.is_delivered},
        "unit": in_other_unit,
    }
    return [name for name, does in differs.items() if does]


def units_of(parts: Iterable[Part]) -> set[str]:
    """Return the units in which something will come; empty text: as ordered."""
    return {part.unit for part in parts if part.is_delivered}


def asks_for_the_past(asked: Asked, *, earliest: date) -> bool:
    """Whether a line asks for a day before the first that may be promised: it needs a new date.

    *earliest* is today in the ship-to zone, or before it where a policy allows that. Of several deliveries
    those that are here already need none.
    """
    parts = to_come(asked.parts, asked.received) if len(asked.parts) > 1 else asked.parts
    return any(part.delivery_on is not None and part.delivery_on < earliest for part in parts)


def arrived_of(asked: Asked) -> list[Part]:
    """Return those of several deliveries that are here already: their days may be repeated."""
    if len(asked.parts) == 1 or not asked.received:
        return []
    coming = to_come(asked.parts, asked.received)
    return [part for part in asked.parts if part.is_delivered and part not in coming]


def _comparable(parts: Sequence[Part]) -> list[tuple[Any, ...]]:
    return sorted(map(_VALUES, parts), key=lambda part: (part[1] or date.max, part[0]))


def capitalized(text: str) -> str:
    """Begin a sentence with a capital and leave the rest, such as a product code, as it is."""
    return text[:1].upper() + text[1:]
