"""Another product or unit that both sides agreed on, and that a person has to put into Odoo. Pure.

A line in Odoo holds one product in one unit. What is agreed in the ordered ones is written to the line; the
rest waits here. When nothing is left in the ordered product and unit, the line itself is to be changed: its
``own`` parts. All else needs a line of its own in Odoo: the ``extra`` groups.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from orders.purchasing.rules import Part, Settled, settle

_TEXTS = ("product_code", "product_name", "unit")
Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """What a line in Odoo holds, as far as it says which product in which unit."""

    product_code: str
    description: str
    unit: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """What still has to be put into Odoo by a person."""

    own: Parts = ()  # what the line itself is to hold
    extra: tuple[Parts, ...] = field(default=())  # what new lines are to hold, one each
    taken_by: int = 0  # Odoo's id of the new line that took the place of this one: this one is to go
    since: datetime | None = field(default=None, compare=False)  # when it was agreed
    activity: str = field(default="", compare=False)  # the external id of the one that asks for it in Odoo

    @property
    def parts(self) -> Parts:
        """All of it that no line holds yet."""
        own = () if self.taken_by else self.own
        return (*own, *(part for group in self.extra for part in group))

    @property
    def wanted(self) -> Settled:
        """What the line itself is to hold."""
        return settle(self.own)

    def as_json(self) -> dict[str, Any] | None:
        """Return it as it is stored with the line; None when nothing is awaited."""
        if not (self.own or self.extra):
            return None
        groups = [_to_json(group) for group in self.extra]
        return {
            "own": _to_json(self.own),
            "extra": groups,
            "taken_by": self.taken_by,
            "activity": self.activity,
            "since": self.since.isoformat() if self.since else "",
        }

    def asked_by(self, activity: str) -> "Awaited":
        """Return the same, asked for by this activity."""
        return replace(self, activity=activity)

    def agreed_at(self, at: datetime) -> "Awaited":
        """Return the same, agreed at this moment."""
        return replace(self, since=at)

    @classmethod
    def read(cls, stored: dict[str, Any] | None) -> "Awaited":
        """Return what was stored with a line."""
        if not stored:
            return cls()
        groups = tuple(_from_json(group) for group in stored["extra"])
        # What was stored before these were kept lacks them: people close such activities by hand.
        taken_by, activity = stored.get("taken_by", 0), stored.get("activity", "")
        since = datetime.fromisoformat(stored["since"]) if stored.get("since") else None
        return cls(_from_json(stored["own"]), groups, taken_by, since, activity)


def written_parts(parts: Iterable[Part]) -> Parts:
    """Return the parts that Odoo's line can hold as it is: in the ordered product and unit."""
    return tuple(part for part in parts if part.is_delivered and not part.is_foreign)


def awaited_of(parts: Iterable[Part]) -> Awaited:
    """Return what of an agreement a person has to put into Odoo."""
    parts = list(parts)
    groups: dict[tuple[str, ...], list[Part]] = {}
    for part in parts:
        if part.is_delivered and part.is_foreign:
            groups.setdefault(tuple(getattr(part, name) for name in _TEXTS), []).append(part)
    found = [tuple(group) for group in groups.values()]
    if not found or written_parts(parts):
        return Awaited((), tuple(found))
    return Awaited(found[0], tuple(found[1:]))


def holds(held: Held, part: Part) -> bool:
    """Whether a line in Odoo holds the product and the unit of a part."""
    return holds_product(held, part) and holds_unit(held.unit, part)


def holds_product(held: Held, part: Part) -> bool:
    """Whether it holds the part's product, by the buyer's code or by what Odoo's line says of it.

    Odoo writes the supplier's own code and name into the description where it knows them.
    """
    if not part.has_other_product:
        return True
    said = held.description.casefold()
    if part.product_code:
        code = part.product_code.casefold()
        return code == held.product_code.casefold() or bool(
            re.search(rf"(?<![\w-]){re.escape(code)}(?![\w-])", said)
        )
    return part.product_name.casefold() in said


def holds_unit(unit: str, part: Part) -> bool:
    """Whether a unit of Odoo's is the part's: by name, or by how it begins and the numbers in it."""
    return not part.unit or unit.casefold() == part.unit.casefold() or _gist(unit) == _gist(part.unit)


def without(part: Part, *, product: bool, unit: bool) -> Part:
    """Return a part without the other product, or the other unit, that Odoo's line holds by now."""
    return replace(
        part,
        product_code="" if product else part.product_code,
        product_name="" if product else part.product_name,
        unit="" if unit else part.unit,
    )


def _gist(unit: str) -> tuple[str, tuple[str, ...]]:
    """ "Boxes of 12" and "Box (12)" are one unit, "Box of 10" is another."""
    letters = "".join(letter for letter in unit.casefold() if letter.isalpha())
    return letters[:3], tuple(re.findall(r"\d+", unit))


def _to_json(parts: Sequence[Part]) -> list[dict[str, str]]:
    return [
        {
            "quantity": f"{part.quantity.normalize():f}",
            "on": part.delivery_on.isoformat() if part.delivery_on else "",
            "price": f"{part.unit_price.normalize():f}" if part.unit_price is not None else "",
            **{name: text for name in _TEXTS if (text := getattr(part, name))},
        }
        for part in parts
    ]


def _from_json(stored: Iterable[dict[str, str]]) -> Parts:
    return tuple(
        Part(
            Decimal(row["quantity"]),
            date.fromisoformat(row["on"]) if row["on"] else None,
            Decimal(row["price"]) if row["price"] else None,
            **{name: row.get(name, "") for name in _TEXTS},
        )
        for row in stored
    )
