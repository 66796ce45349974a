"""One line's answer as typed becomes the parts of a reply; what cannot be read is a problem at its field."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orders.purchasing.rules import Asked, Part
from orders.purchasing.typed import read_day, read_number
from orders.purchasing.typed_answer import FOREIGN_FIELDS, TypedLine, TypedPart, differs
from suppliers.refusal import Problem

# Where a problem's row would stand: it is about the line as a whole.
WHOLE_LINE = -1


@dataclass(slots=True)
class ReplyReader:
    """Reads one line; ``where`` is what the rules call it, and begins the place of each problem."""

    where: str
    asked: Asked
    line: TypedLine
    is_stale: bool = False  # the line was changed after it had been shown
    problems: list[Problem] = field(default_factory=list)

    def parts(self) -> tuple[Part, ...]:
        """Return what the line's choice says is to come; incomplete once there are problems."""
        readers = {
            "confirm": self._confirm,
            "change": self._change,
            "split": self._split,
            "reject": self._reject,
        }
        if self.line.choice not in readers:
            found = f"“{self.line.choice[:20]}”"
            self.problems.append(Problem(self.where, found, f"Choose an answer for {self.asked.label}", ""))
            return ()
        return tuple(readers[self.line.choice]())

    def _confirm(self) -> Sequence[Part]:
        """Send what was asked; values typed elsewhere in the line must not be dropped silently."""
        self.line.origin = list(range(len(self.asked.parts)))
        if self.is_stale:
            return self.asked.parts
        if self.line.reason.strip() or any(
            differs(part, self.asked.parts[number] if number < len(self.asked.parts) else None)
            for number, part in enumerate(self.line.parts)
        ):
            self.problems.append(
                Problem(
                    self.where,
                    "",
                    f"You chose “Confirm” for {self.asked.label} but typed other values",
                    "Choose “Propose a change”, “Split” or “Cannot deliver”, or put the values back",
                )
            )
        if any(part.delivery_on is None for part in self.asked.parts):
            self.problems.append(
                Problem(
                    self.where,
                    "no date",
                    f"{upper_first(self.asked.label)} names no delivery date to confirm",
                    "Choose “Propose a change” and give the date on which you will deliver",
                )
            )
        return self.asked.parts

    def _change(self) -> Sequence[Part]:
        """One delivery with other values; what was left empty stays as asked."""
        filled = [part for part in self.line.parts if not part.is_empty]
        if len(filled) > 1 and len(self.asked.parts) == 1:
            self.problems.append(
                Problem(
                    self.where,
                    f"{len(filled)} deliveries",
                    f"You typed several deliveries for {self.asked.label}",
                    "Choose “Split”, or empty the rows you do not mean",
                )
            )
        if len(self.asked.parts) > 1:
            return self._split()
        typed = filled[0] if filled else TypedPart(0)
        self.line.origin = [typed.number]
        return [self._part(f"{self.where}.parts.0", typed, self.asked.parts[0])]

    def _split(self) -> Sequence[Part]:
        """Several deliveries; each row needs its quantity, and a date or the reason why it will not come."""
        filled = [part for part in self.line.parts if not part.is_empty]
        self.line.origin = [part.number for part in filled]
        found = []
        for index, part in enumerate(filled):
            place = f"{self.where}.parts.{index}"
            if not part.quantity.strip():
                self.problems.append(Problem(f"{place}.quantity", "", "Give the quantity of this part"))
            if part.unit is None:
                # All parts are in one unit, and only the first has a field for it.
                part.unit = filled[0].unit
            found.append(self._part(place, part, None, price=self.asked.parts[0].unit_price))
        if len(filled) < 2:
            self.problems.append(
                Problem(
                    self.where,
                    f"{len(filled)} part" + ("" if len(filled) == 1 else "s"),
                    f"A split of {self.asked.label} has at least two parts",
                    "For one delivery with other values choose “Propose a change”",
                )
            )
        return found

    def _reject(self) -> Sequence[Part]:
        """Nothing of this line will come."""
        self.line.origin = [WHOLE_LINE]
        if not self.line.reason.strip():
            reason = f"{self.where}.parts.0.reason"
            self.problems.append(
                Problem(reason, "", "Say why this cannot be delivered", "The buyer will read it")
            )
        return [Part(self.asked.quantity, None, None, self.line.reason.strip())]

    def _part(self, place: str, typed: TypedPart, asked: Part | None, price: Decimal | None = None) -> Part:
        quantity, delivery_on = (asked.quantity, asked.delivery_on) if asked else (Decimal(0), None)
        unit_price = asked.unit_price if asked else price
        if typed.quantity.strip():
            quantity = self._keep(read_number(f"{place}.quantity", typed.quantity), quantity)
        if typed.date.strip():
            delivery_on = self._keep(read_day(f"{place}.delivery_on", typed.date), delivery_on)
        if typed.price.strip():
            unit_price = self._keep(read_number(f"{place}.unit_price", typed.price), unit_price)
        if delivery_on is None:
            if not typed.reason.strip() and not typed.date.strip():
                self.problems.append(
                    Problem(
                        f"{place}.delivery_on",
                        "",
                        "Give a delivery date, or the reason why this will not come",
                    )
                )
            return Part(quantity, None, None, typed.reason.strip())
        code, name, unit = foreign_of(typed, asked, self.asked)
        return Part(quantity, delivery_on, unit_price, "", code, name, unit)

    def _keep(self, read: Any, otherwise: Any) -> Any:
        if isinstance(read, Problem):
            self.problems.append(read)
            return otherwise
        return read


def foreign_of(typed: TypedPart, part: Part | None, asked: Asked) -> tuple[str, str, str]:
    """Return the other product's code and name, and the other unit, that a row names; empty as ordered.

    What the form had no field for is as in *part*, what is asked in its place.
    """
    code, name, unit = (
        (getattr(part, field) if part else "") if text is None else " ".join(text.split())
        for field in FOREIGN_FIELDS
        for text in (getattr(typed, field),)
    )
    if asked.goods and code and code.casefold() == asked.goods.product_code.casefold():
        code = name = ""
    return code, name, "" if unit.casefold() == asked.unit.casefold() else unit


def upper_first(text: str) -> str:
    """Begin a sentence with a label; ``capitalize`` would write product codes in lower case."""
    return text[:1].upper() + text[1:]
