"""The grid's form: cells as in a spreadsheet, understood by the rules of spreadsheets.

Fields: ``c-<line>-confirm|date|quantity|price|reason|other_code|other_name|other_unit``, ``s-<line>`` (the
mark of what was shown), and the head: ``revision``, ``submission``, ``supplier_reference``, ``comment``.
Blank means no change. A line that comes in several parts has ``p-<line>``, their number, and for the second
part ``c-<line>_2-date`` and so on; another product is named in the first part, and its unit is that of all.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from orders.grid.rows import LABELS, NAMES, GridLine, count_of, field_of, laid_out
from orders.purchasing.hidden_fields import read_id, read_integer
from orders.purchasing.lifecycle import LineState
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine
from orders.purchasing.other_goods import OtherGoods
from orders.purchasing.preview import OrderOutcome
from orders.purchasing.rules import Asked, LineReply
from orders.sheets.cells import LONGEST, shown
from orders.sheets.columns import COLUMNS, OTHER
from orders.sheets.lifecycle import Kind
from orders.sheets.rules import Reading, at_its_cell, read_rows
from suppliers.refusal import Problem, Refused

# Without the columns that tell what became of a row: this is what is downloaded to be filled in.
_SHEET = [column for column in COLUMNS if column.kind != "told"]
_HEAD = ("supplier_reference", "comment")
_ANSWERABLE = frozenset(LineState.answerable())


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
        typed: dict[str, str] = {}
        for line in self.lines:
            cells = {cell.field: cell.value for cell in line.all_cells() if cell.value}
            if line.is_split:
                cells[line.counter] = str(len(line.parts))
            typed |= cells | ({f"s-{line.pk}": line.seen} if cells else {})
        return typed | {name: value for name, value in self.head.items() if value}

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
            line = next((one for one in self.lines if steps[:2] == ["lines", str(one.pk)]), None)
            if line is None:
                self.problems.setdefault(problem.where, []).append(problem)
            else:
                self._put(line, at_its_cell(problem, line.as_rows()))

    def judge(self, outcome: OrderOutcome) -> None:
        """Take what a preview found wrong."""
        self.take(outcome.problems)

    def lock(self, policies: OtherGoods) -> None:
        """Lock the cells that policies keep from being filled in, for the page."""
        for line in self.lines:
            line.lock(policies)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by the name of the field."""
        return {where: " ".join(p.sentence() for p in found) for where, found in self.problems.items()}

    @property
    def sums(self) -> dict[str, str]:
        """What the parts of each split line come to against what was asked, by line."""
        return {str(line.pk): line.sum for line in self.lines if line.is_split}

    @property
    def part_columns(self) -> list[tuple[str, str]]:
        """The cells of a further part, for the row that the page copies: name and label."""
        return [(name, LABELS[name]) for name in NAMES[1:]]

    @property
    def titles(self) -> str:
        """How a downloaded sheet names, and in which order it has, the line's key and what is filled in."""
        places = {column.name: (place, column.title) for place, column in enumerate(_SHEET)}
        return json.dumps({name: places[name] for name in ("key", *NAMES, *OTHER)})

    @property
    def links(self) -> list[dict[str, str]]:
        """The summary on top: each problem with its line, linked to its cell."""
        labels = dict(pair for line in self.lines for pair in _labels(line))
        return [
            {"id": where, "label": labels.get(where, ""), "text": problem.sentence()}
            for where, found in self.problems.items()
            for problem in found
        ]

    def _line(self, line: PurchaseOrderLine, position: int, given: Mapping[str, str]) -> GridLine:
        made = laid_out(line, self.asked[line.pk], position, given)
        self._read(made, given.get(f"s-{line.pk}", made.seen))
        return made

    def _read(self, line: GridLine, seen: str) -> None:
        reading = self.readings[line.pk] = read_rows(line.as_rows(seen=seen), line.asked)
        if reading.kind == Kind.CONFLICT:
            asks = ", ".join(shown(value) for value in line.asks.values() if value is not None)
            line.notice = f"This line changed after you began. It now asks for {asks}."
            if self.is_bound:
                problem = Problem(f"row-{line.pk}", "", line.notice.rstrip("."), "Look again, then send")
                self.problems.setdefault(problem.where, []).append(problem)
        for problem in reading.problems:
            self._put(line, problem)

    def _put(self, line: GridLine, problem: Problem) -> None:
        """Keep a problem at the cell whose address it names, or at the line as a whole."""
        cell = line.cell_at(problem.where)
        where = cell.field if cell else f"row-{line.pk}"
        at_cell = Problem(where, problem.found, problem.expected, problem.remedy)
        self.problems.setdefault(where, []).append(at_cell)
        if cell is not None:
            cell.error = " ".join(filter(None, [cell.error, problem.sentence()]))
        else:
            line.notice = " ".join(filter(None, [line.notice, problem.sentence()]))


def with_another_part(data: QueryDict, line_id: str) -> QueryDict:
    """Return what was posted with one part more of a line."""
    changed = data.copy()
    changed[f"p-{line_id}"] = str(count_of(data, line_id) + 1)
    return changed


def without_part(data: QueryDict, line_id: str, number: int) -> QueryDict:
    """Return what was posted without one part of a line; the parts behind it move up."""
    changed, count = data.copy(), count_of(data, line_id)
    for part in range(number, count):
        for name in NAMES:
            changed[field_of(line_id, part, name)] = data.get(field_of(line_id, part + 1, name), "")
    for name in NAMES:
        changed.pop(field_of(line_id, count, name), None)
    changed[f"p-{line_id}"] = str(max(1, count - 1))
    return changed


def _labels(line: GridLine) -> Iterator[tuple[str, str]]:
    yield f"row-{line.pk}", f"Line {line.position}"
    for part in line.parts:
        words = f"Line {line.position}, part {part.number}" if line.is_split else f"Line {line.position}"
        for cell in (*part.cells, *part.others):
            yield cell.field, f"{words}, {cell.label.lower()}"


def _clean(text: str) -> str:
    return text.replace("\0", "").strip()[:LONGEST]
