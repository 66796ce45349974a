"""The grid's lines as rows of cells: one, or one for each part when a line comes in several deliveries."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orders.bulk.rules import whole
from orders.purchasing.models import PurchaseOrderLine
from orders.purchasing.other_goods import OtherGoods
from orders.purchasing.rules import Asked
from orders.purchasing.typed import read_number
from orders.sheets.cells import LONGEST, Row, shown
from orders.sheets.columns import OTHER
from orders.sheets.filling import asked_values, product_asked
from orders.sheets.goods import cells_of
from orders.sheets.rules import seen_mark
from suppliers.refusal import Problem

NAMES = ("confirm", "date", "quantity", "price", "reason")
MOST_PARTS = 20
_PLACES = {name: place for place, name in enumerate((*NAMES, *OTHER))}
LABELS = {
    "confirm": "Confirm",
    "date": "Your date",
    "quantity": "Your quantity",
    "price": "Your price",
    "reason": "Reason",
    "other_code": "Other product’s code",
    "other_name": "What it is",
    "other_unit": "Unit",
}
_ASKED = {"date": "asked_on", "quantity": "asked_quantity", "price": "asked_price"}


@dataclass(slots=True)
class Cell:
    """One field of the grid."""

    name: str
    field: str
    label: str
    value: str
    asked: str
    error: str = ""
    is_locked: bool = False  # a policy forbids to fill it in


@dataclass(slots=True)
class Part:
    """One row of the grid: a line as a whole, or one part of it."""

    number: int  # within the line, from 1
    cells: list[Cell]
    others: list[Cell] = field(default_factory=list)  # another product or unit: in the first part only

    @property
    def is_foreign(self) -> bool:
        """Whether another product or unit was typed, or something is wrong there."""
        return any(cell.value or cell.error for cell in self.others)


@dataclass(slots=True)
class GridLine:
    """One line of the grid."""

    line: PurchaseOrderLine
    asked: Asked
    position: int
    seen: str
    parts: list[Part] = field(default_factory=list)
    notice: str = ""  # the line changed since it was typed into
    locked: str = ""  # why another product or unit may not be offered

    @property
    def pk(self) -> int:
        """The line's id."""
        return int(self.line.pk)

    @property
    def counter(self) -> str:
        """The field that says in how many parts the line comes."""
        return f"p-{self.pk}"

    @property
    def is_split(self) -> bool:
        """Whether the line comes in several parts."""
        return len(self.parts) > 1

    @property
    def may_be_split(self) -> bool:
        """Whether there is room for another part."""
        return len(self.parts) < MOST_PARTS

    @property
    def error(self) -> str:
        """What is wrong with the line as a whole."""
        return self.notice

    @property
    def asks(self) -> dict[str, Any]:
        """What is asked, for the page."""
        return asked_values(self.asked)

    @property
    def unit(self) -> str:
        """The unit in which is asked."""
        return self.asked.parts[0].unit or self.line.unit

    @property
    def product(self) -> str:
        """The product that is asked for, where it is not the ordered one alone."""
        found = product_asked(self.line, self.asked)
        return "" if found == self.line.product_code else found

    def lock(self, policies: OtherGoods) -> None:
        """Lock the cells that policies keep from being filled in; what was typed there can be emptied."""
        refused = policies.refusals(self.asked.goods)
        self.locked = ". ".join(refused.values())
        closed = cells_of(refused)
        for cell in self.parts[0].others:
            cell.is_locked = cell.name in closed and not cell.value

    @property
    def sum(self) -> str:
        """What the parts come to, in words: “6 of 10 Units, 4 missing”."""
        wanted, total = whole(self.asked.parts).quantity, Decimal(0)
        for cell in self.all_cells():
            if cell.name == "quantity" and cell.value:
                found = read_number(cell.field, cell.value)
                if isinstance(found, Problem):
                    return f"of {shown(wanted)} {self.unit}"
                total += found
        other = next((cell.value for cell in self.parts[0].others if cell.name == "other_unit"), "")
        if other and other.casefold() != self.unit.casefold():
            return f"{shown(total)} {other}"  # which says nothing about what is asked
        missing = wanted - total
        rest = f", {shown(missing)} missing" if missing > 0 else f", {shown(-missing)} too many"
        return f"{shown(total)} of {shown(wanted)} {self.unit}{rest if missing else ''}"

    @property
    def asked_quantity(self) -> str:
        """The quantity asked, as a program reads it."""
        return shown(whole(self.asked.parts).quantity)

    def all_cells(self) -> Iterator[Cell]:
        """Yield the cells of all parts."""
        for part in self.parts:
            yield from part.cells
            yield from part.others

    def as_rows(self, *, seen: str = "") -> list[Row]:
        """Return the parts as rows of a sheet, which the rules of sheets understand."""
        return [
            Row(
                part.number,
                {c.name: c.value or None for c in (*part.cells, *part.others)} | {"seen": seen or self.seen},
                _PLACES,
            )
            for part in self.parts
        ]

    def cell_at(self, address: str) -> Cell | None:
        """Return the cell that has an address in these rows, if one has."""
        for row, part in zip(self.as_rows(), self.parts, strict=True):
            for cell in (*part.cells, *part.others):
                if row.address(cell.name) == address:
                    return cell
        return None


def laid_out(line: PurchaseOrderLine, asked: Asked, position: int, given: Mapping[str, str]) -> GridLine:
    """Lay a line out as rows, filled with what is given."""
    made = GridLine(line, asked, position, seen_mark(asked))
    asks = {name: shown(made.asks[source]) for name, source in _ASKED.items()}
    first = asked.parts[0]
    asks |= {"other_code": first.product_code or line.product_code, "other_name": first.product_name}
    asks["other_unit"] = made.unit

    def empty_or_typed(number: int, name: str) -> Cell:
        where = field_of(str(line.pk), number, name)
        return Cell(name, where, LABELS[name], _clean(given.get(where, "")), asks.get(name, ""))

    for number in range(1, count_of(given, str(line.pk)) + 1):
        others = OTHER if number == 1 else ()
        cells = [empty_or_typed(number, name) for name in _names(number)]
        made.parts.append(Part(number, cells, [empty_or_typed(number, name) for name in others]))
    if made.is_split:
        # What is asked of the whole line says nothing about one part of it.
        for cell in made.all_cells():
            cell.asked = "" if cell.name == "quantity" else cell.asked
    return made


def count_of(given: Mapping[str, str], line_id: str) -> int:
    """Return in how many parts a line comes; one when nothing sensible is given."""
    text = given.get(f"p-{line_id}", "")
    return max(1, min(int(text), MOST_PARTS)) if text.isdecimal() and len(text) < 3 else 1


def field_of(line_id: str, part: int, name: str) -> str:
    """Return the name of a cell's field."""
    return f"c-{line_id}-{name}" if part == 1 else f"c-{line_id}_{part}-{name}"


def _names(part: int) -> tuple[str, ...]:
    """Return the cells of a row: only a line as a whole can be confirmed."""
    return NAMES if part == 1 else NAMES[1:]


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST]
