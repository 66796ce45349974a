"""The grid's form: cells as in a spreadsheet, understood by the rules of spreadsheets.

Fields: ``c-<line>-confirm|date|quantity|price|reason``, ``s-<line>`` (the mark of what was shown), and the
head: ``revision``, ``submission``, ``supplier_reference``, ``comment``. Blank means no change.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from orders.purchasing.hidden_fields import read_id, read_integer
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.preview import OrderOutcome
from orders.purchasing.rules import Asked, LineReply
from orders.sheets.cells import LONGEST, Row, shown
from orders.sheets.filling import asked_values
from orders.sheets.lifecycle import Kind
from orders.sheets.rules import Reading, at_its_cell, read_rows, seen_mark
from suppliers.refusal import Problem, Refused

NAMES = ("confirm", "date", "quantity", "price", "reason")
_PLACES = {name: place for place, name in enumerate(NAMES)}
_HEAD = ("supplier_reference", "comment")
_ANSWERABLE = frozenset(LineState.answerable())
_LABELS = {
    "confirm": "Confirm",
    "date": "Your date",
    "quantity": "Your quantity",
    "price": "Your price",
    "reason": "Reason",
}


@dataclass(slots=True)
class Cell:
    """One field of the grid."""

    name: str
    field: str
    label: str
    value: str
    asked: str
    error: str = ""


@dataclass(slots=True)
class GridLine:
    """One line of the grid."""

    line: PurchaseOrderLine
    asked: Asked
    position: int
    seen: str
    cells: list[Cell] = field(default_factory=list)
    notice: str = ""  # the line changed since it was typed into

    @property
    def error(self) -> str:
        """What is wrong with the line as a whole."""
        return self.notice

    @property
    def asks(self) -> dict[str, Any]:
        """What is asked, for the page."""
        return asked_values(self.asked)


class GridForm:
    """An answer in cells: untouched, from a draft, or as it was posted."""

    def __init__(
        self,
        order: PurchaseOrder,
        lines: Iterable[PurchaseOrderLine],
        asked: Mapping[int, Asked],
        data: QueryDict | None = None,
        draft: Mapping[str, str] | None = None,
    ) -> None:
        self.order, self.asked = order, asked
        given: Mapping[str, str] = data if data is not None else draft or {}
        self.is_bound = data is not None
        self.submission: UUID = read_id(data.get("submission", "")) if data is not None else uuid4()
        posted = read_integer(data, "revision") if data is not None else None
        self.revision = posted or order.revision
        self.head = {name: _clean(given.get(name, "")) for name in _HEAD}
        self.problems: dict[str, list[Problem]] = {}
        self.readings: dict[int, Reading] = {}
        self.lines = [
            self._line(line, position, given)
            for position, line in enumerate(lines, start=1)
            if line.pk in asked and line.state in _ANSWERABLE
        ]

    def fields(self) -> dict[str, str]:
        """Return what was typed, as a draft keeps it; empty when nothing was."""
        typed = {cell.field: cell.value for line in self.lines for cell in line.cells if cell.value}
        marks = {
            f"s-{line.line.pk}": line.seen for line in self.lines if any(cell.value for cell in line.cells)
        }
        return typed | marks | {name: value for name, value in self.head.items() if value}

    @property
    def replies(self) -> list[LineReply]:
        """The answers that can be understood; untouched lines are left for later."""
        return [
            LineReply(pk, reading.parts)
            for pk, reading in self.readings.items()
            if reading.kind not in {Kind.UNCHANGED, Kind.CONFLICT} and not reading.problems
        ]

    def answer(self) -> dict[str, Any]:
        """Return the arguments of ``acknowledge_order``. Raises Refused when a cell cannot be understood."""
        problems = [problem for found in self.problems.values() for problem in found]
        if problems:
            raise Refused(problems)
        if not self.replies:
            raise Refused([Problem("grid", "", "Nothing is filled in", "Fill in a line, or tick Confirm")])
        return {
            "revision": self.revision,
            "replies": self.replies,
            "submission": self.submission,
            **self.head,
        }

    def take(self, problems: Iterable[Problem]) -> None:
        """Bring what the rules of answering found to the cells it is about."""
        for problem in problems:
            steps = problem.where.split(".")
            line = next((one for one in self.lines if steps[:2] == ["lines", str(one.line.pk)]), None)
            if line is None:
                self.problems.setdefault(problem.where, []).append(problem)
                continue
            moved = at_its_cell(problem, [self._row(line)])
            name = next((n for n in NAMES if self._row(line).address(n) == moved.where), "")
            self._put(line, name, moved)

    def judge(self, outcome: OrderOutcome) -> None:
        """Take what a preview found wrong."""
        self.take(outcome.problems)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by the name of the field."""
        return {where: " ".join(p.sentence() for p in found) for where, found in self.problems.items()}

    @property
    def links(self) -> list[dict[str, str]]:
        """The summary on top: each problem with its line, linked to its cell."""
        labels = {
            cell.field: f"Line {line.position}, {cell.label.lower()}"
            for line in self.lines
            for cell in line.cells
        }
        labels |= {f"row-{line.line.pk}": f"Line {line.position}" for line in self.lines}
        return [
            {"id": where, "label": labels.get(where, ""), "text": problem.sentence()}
            for where, found in self.problems.items()
            for problem in found
        ]

    def _line(self, line: PurchaseOrderLine, position: int, given: Mapping[str, str]) -> GridLine:
        asked = self.asked[line.pk]
        now = seen_mark(asked)
        made = GridLine(line, asked, position, now)
        asks = asked_values(asked)
        placeholders = {"date": "asked_on", "quantity": "asked_quantity", "price": "asked_price"}
        for name in NAMES:
            where = f"c-{line.pk}-{name}"
            shows = shown(asks[placeholders[name]]) if name in placeholders else ""
            made.cells.append(Cell(name, where, _LABELS[name], _clean(given.get(where, "")), shows))
        seen = given.get(f"s-{line.pk}", now)
        self._read(made, seen)
        return made

    def _read(self, line: GridLine, seen: str) -> None:
        row = self._row(line, seen=seen)
        reading = self.readings[line.line.pk] = read_rows([row], line.asked)
        if reading.kind == Kind.CONFLICT:
            asks = ", ".join(shown(value) for value in line.asks.values() if value is not None)
            line.notice = f"This line changed after you began. It now asks for {asks}."
            if self.is_bound:
                problem = Problem(f"row-{line.line.pk}", "", line.notice.rstrip("."), "Look again, then send")
                self.problems.setdefault(problem.where, []).append(problem)
        for problem in reading.problems:
            name = next((n for n in NAMES if row.address(n) == problem.where), "")
            self._put(line, name, problem)

    def _row(self, line: GridLine, *, seen: str = "") -> Row:
        values = {cell.name: cell.value or None for cell in line.cells}
        return Row(line.position, {**values, "seen": seen or line.seen}, _PLACES)

    def _put(self, line: GridLine, name: str, problem: Problem) -> None:
        cell = next((one for one in line.cells if one.name == name), None)
        where = cell.field if cell else f"row-{line.line.pk}"
        at_cell = Problem(where, problem.found, problem.expected, problem.remedy)
        self.problems.setdefault(where, []).append(at_cell)
        if cell is not None:
            cell.error = " ".join(filter(None, [cell.error, problem.sentence()]))
        else:
            line.notice = " ".join(filter(None, [line.notice, problem.sentence()]))


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST]
