"""What the rows of one line say, held against what is asked of it now. Pure.

Blank means: no change. “x” under Confirm takes what is asked. Quantity 0, or a reason and nothing else,
means that nothing will come. Rows with the same key are the parts of a split: each may name another product,
and all are in the unit of the first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from orders.bulk.rules import fingerprint, whole
from orders.purchasing.rules import Asked, Part, capitalized, deviations
from orders.purchasing.typed import read_day, read_number
from orders.sheets.cells import Row, a_mark, shown
from orders.sheets.columns import OTHER
from orders.sheets.goods import goods_of_row, names_others
from orders.sheets.lifecycle import Kind
from suppliers.refusal import Problem

LONGEST_REASON = 500
_VALUES = ("quantity", "date", "price", *OTHER)
_YES = {"x", "✓", "✔", "yes", "y", "ok", "1", "true", "ja", "oui", "si", "sí"}


@dataclass(slots=True)
class Reading:
    """How the rows of one line are understood. ``where`` of a problem is a cell's address."""

    kind: Kind
    parts: tuple[Part, ...] = ()
    problems: list[Problem] = field(default_factory=list)


def seen_mark(asked: Asked) -> str:
    """Return the mark of what a sheet shows of a line: when it differs, the line changed meanwhile."""
    return a_mark(fingerprint(asked))


def is_untouched(rows: Sequence[Row]) -> bool:
    """Whether the rows of a line say nothing: nobody filled them in, or they were sent as they are before."""
    return all(row.is_blank or row.text("sent") == row.mark() for row in rows)


def read_rows(rows: Sequence[Row], asked: Asked) -> Reading:
    """Understand the rows of one line."""
    if is_untouched(rows):
        return Reading(Kind.UNCHANGED)
    if any(row.text("seen") != seen_mark(asked) for row in rows):
        return Reading(Kind.CONFLICT)
    return _Reader(rows, asked).read()


@dataclass(slots=True)
class _Reader:
    rows: Sequence[Row]
    asked: Asked
    problems: list[Problem] = field(default_factory=list)

    def read(self) -> Reading:
        """Return what the rows say, or everything that is wrong with them."""
        goods = {(part.product, part.unit) for part in self.asked.parts}
        if len(goods) > 1 and not all(self._confirms(row) for row in self.rows):
            said = f"{capitalized(self.asked.label)} comes in several products or units"
            self._wrong(self.rows[0], "quantity", "one row", said, "Answer it on the page of the order")
        kind, parts = self._one(self.rows[0]) if len(self.rows) == 1 else self._split()
        if self.problems:
            return Reading(Kind.WRONG, problems=self.problems)
        if kind != Kind.DECLINED and not deviations(self.asked.parts, parts):
            return Reading(Kind.ACCEPTED, parts)
        return Reading(kind, parts)

    def _one(self, row: Row) -> tuple[Kind, tuple[Part, ...]]:
        typed = self._typed(row)
        if self._confirms(row):
            return self._confirmed(row, typed)
        if typed.quantity == 0 or (typed.reason and typed.is_only_a_reason):
            return Kind.DECLINED, self._declined(row, typed)
        want = whole(self.asked.parts)
        day = typed.day or want.delivery_on
        if day is None:
            self._wrong(row, "date", "nothing", f"Give a date: {self.asked.label} was ordered without one")
        quantity = want.quantity if typed.quantity is None else typed.quantity
        price = want.unit_price if typed.price is None else typed.price
        return Kind.PROPOSED, (Part(quantity, day, price, typed.reason, *self._goods(row)),)

    def _goods(self, row: Row) -> tuple[str, str, str]:
        """Return the other product and unit in which a part will come; blank: as it is asked."""
        asked, first = self.asked.parts[0], self.rows[0]
        if not names_others(row) and not names_others(first):
            return asked.product_code, asked.product_name, asked.unit
        code, name, unit = goods_of_row(row, asked, self.asked)
        if row is not first:
            of_all = goods_of_row(first, asked, self.asked)[2]
            if row.text("other_unit") and unit != of_all:
                said = f"All parts of {self.asked.label} are in the unit of its first row"
                remedy = "Empty this cell, or give the unit in the first row"
                self._wrong(row, "other_unit", row.text("other_unit"), said, remedy)
            unit = of_all
        return code, name, unit

    def _confirmed(self, row: Row, typed: "_Typed") -> tuple[Kind, tuple[Part, ...]]:
        want = whole(self.asked.parts)
        meant = (
            ("quantity", typed.quantity, want.quantity),
            ("date", typed.day, want.delivery_on),
            ("price", typed.price, want.unit_price),
        )
        for name, found, expected in meant:
            if found is not None and found != expected:
                said = "You ticked Confirm and typed another value"
                self._wrong(row, name, row.text(name), said, "Empty this cell, or the one under Confirm")
        if names_others(row):
            self._confirmed_goods(row)
        if any(part.delivery_on is None for part in self.asked.parts):
            said = f"{capitalized(self.asked.label)} names no date to confirm"
            self._wrong(row, "date", "nothing", said, "Type your date and leave Confirm empty")
        return Kind.ACCEPTED, self.asked.parts

    def _confirmed_goods(self, row: Row) -> None:
        first = self.asked.parts[0]
        wanted = (first.product_code, first.product_name, first.unit)
        for name, found, expected in zip(OTHER, goods_of_row(row, first, self.asked), wanted, strict=True):
            if row.text(name) and found != expected:
                said = "You ticked Confirm and typed another value"
                self._wrong(row, name, row.text(name), said, "Empty this cell, or the one under Confirm")

    def _declined(self, row: Row, typed: "_Typed") -> tuple[Part, ...]:
        if not typed.reason:
            self._wrong(
                row, "reason", "nothing", "Say why this cannot be delivered", "The buyer will read it"
            )
        if typed.day is not None:
            said = "Nothing will come, so there is no date"
            self._wrong(row, "date", row.text("date"), said, "Empty this cell, or give a quantity")
        self._nothing_comes(row, OTHER, "Empty this cell, or give a quantity")
        return (Part(self.asked.quantity, None, None, typed.reason),)

    def _nothing_comes(self, row: Row, names: Sequence[str], remedy: str) -> None:
        for name in names:
            if row.text(name):
                said = "Nothing will come, so there is no other product or unit"
                self._wrong(row, name, row.text(name), said, remedy)

    def _split(self) -> tuple[Kind, tuple[Part, ...]]:
        want = whole(self.asked.parts)
        parts = []
        for row in self.rows:
            typed = self._typed(row)
            if self._confirms(row):
                said = (
                    f"{len(self.rows)} rows have the key of {self.asked.label}: they are the parts of a split"
                )
                self._wrong(row, "confirm", row.text("confirm"), said, "Empty this cell")
            if typed.quantity is None and not self._has_problem(row, "quantity"):
                self._wrong(row, "quantity", "nothing", "Give the quantity of this part of the split")
            if typed.reason and typed.day is None:
                # The unit in the first row is that of all parts.
                names = OTHER if row is not self.rows[0] else OTHER[:2]
                self._nothing_comes(row, names, "Empty this cell, or give the date of this part")
                parts.append(Part(typed.quantity or Decimal(0), None, None, typed.reason))
                continue
            day = typed.day or want.delivery_on
            if day is None:
                self._wrong(row, "date", "nothing", "Give the date of this part of the split")
            price = want.unit_price if typed.price is None else typed.price
            parts.append(Part(typed.quantity or Decimal(0), day, price, typed.reason, *self._goods(row)))
        return Kind.SPLIT, tuple(parts)

    def _typed(self, row: Row) -> "_Typed":
        reason = row.text("reason")
        if len(reason) > LONGEST_REASON:
            found, said = f"{len(reason)} characters", f"A reason has at most {LONGEST_REASON} characters"
            self._wrong(row, "reason", found, said, "Shorten it")
        return _Typed(
            quantity=self._number(row, "quantity"),
            day=self._day(row),
            price=self._number(row, "price"),
            reason=reason,
            is_only_a_reason=all(row.values.get(name) is None for name in _VALUES),
        )

    def _confirms(self, row: Row) -> bool:
        text = row.text("confirm")
        if text and text.casefold() not in _YES:
            self._wrong(row, "confirm", f"“{text[:40]}”", "An x, or nothing")
        return bool(text)

    def _number(self, row: Row, name: str) -> Decimal | None:
        value = row.values.get(name)
        if value is None or isinstance(value, Decimal):
            return value
        return self._kept(row, name, read_number(row.address(name), shown(value)))

    def _day(self, row: Row) -> date | None:
        value = row.values.get("date")
        if value is None or isinstance(value, date):
            return value
        return self._kept(row, "date", read_day(row.address("date"), shown(value)))

    def _kept(self, row: Row, name: str, found: Decimal | date | Problem) -> Any:
        if isinstance(found, Problem):
            self.problems.append(found)
            return None
        return found

    def _has_problem(self, row: Row, name: str) -> bool:
        return any(problem.where == row.address(name) for problem in self.problems)

    def _wrong(self, row: Row, name: str, found: str, expected: str, remedy: str = "") -> None:
        self.problems.append(Problem(row.address(name), found, expected, remedy))


@dataclass(frozen=True, slots=True)
class _Typed:
    quantity: Decimal | None
    day: date | None
    price: Decimal | None
    reason: str
    is_only_a_reason: bool


# How the rules of answering name what the sheet calls otherwise.
_CELLS = {
    "quantity": "quantity",
    "delivery_on": "date",
    "unit_price": "price",
    "reason": "reason",
    "product_code": "other_code",
    "product_name": "other_name",
    "unit": "other_unit",
}


def at_its_cell(problem: Problem, rows: Sequence[Row]) -> Problem:
    """Return a problem that the rules of answering found, at the cell of the sheet it is about."""
    steps = problem.where.split(".")
    row, name = rows[0], "key"
    if len(steps) >= 5 and steps[2] == "parts" and steps[3].isdecimal():
        row, name = rows[min(int(steps[3]), len(rows) - 1)], _CELLS.get(steps[4], "key")
    if name == "other_code" and not row.text(name) and row.text("other_name"):
        name = "other_name"  # a product may be named without a code
    where = row.address(name) if name != "key" else f"row {row.number}"
    return Problem(where, problem.found, problem.expected, problem.remedy)
