"""A sheet that was sent in becomes a job: rows are understood, held against the orders, and previewed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from orders.bulk.actions import Draught, Order, assess, draw_up, read_orders
from orders.bulk.lifecycle import Forecast, Operation
from orders.purchasing.copying import insert_many, new_row
from orders.purchasing.preview import OrderOutcome
from orders.purchasing.rules import Asked
from orders.sheets.cells import Row, to_json
from orders.sheets.columns import TYPED
from orders.sheets.filling import asked_values
from orders.sheets.lifecycle import Kind
from orders.sheets.models import Sheet, SheetRow
from orders.sheets.parsing import Parsed, parse
from orders.sheets.rules import Reading, at_its_cell, is_untouched, read_rows
from suppliers.journal.models import Channel
from suppliers.people.models import User
from suppliers.refusal import Problem, Refused

_LONGEST_NAME = 200
_HAD = ("asked_quantity", "asked_on", "asked_price")
_CHANGED = "The line changed after the sheet was downloaded. Look at both values, then answer it again."


@dataclass(slots=True)
class _Line:
    """The rows of one line, and how they are understood."""

    rows: list[Row]
    asked: Asked | None = None
    reading: Reading = field(default_factory=lambda: Reading(Kind.UNCHANGED))


def take_sheet(data: bytes, *, name: str, by: User, at: datetime) -> Sheet:
    """Read a file and draw up a job of what it says. Nothing is sent.

    Lines that *by* cannot see do not exist. Raises Refused when the file is no sheet of ours, or when no row
    of it can be looked at as a job.
    """
    parsed = parse(data)
    lines, astray = _grouped(parsed.rows)
    touched = {pk: line for pk, line in lines.items() if not is_untouched(line.rows)}
    draughts = _understand(touched, by)
    outcomes = assess(draughts, by=by, at=at)
    for draught in draughts:
        _take_problems(draught, touched, outcomes)
    for line in touched.values():
        if line.asked is None:
            line.reading = Reading(Kind.UNKNOWN, problems=[_unknown(line.rows[0])])
    if not any(map(len, draughts)):
        raise Refused(_nothing(touched, astray))
    return _store(parsed, name, lines, astray, draughts, outcomes, by=by, at=at)


def _grouped(rows: Iterable[Row]) -> tuple[dict[int, _Line], list[Row]]:
    """Return the rows by the id of their line, and rows that were filled in but belong to none."""
    lines: dict[int, _Line] = {}
    astray = []
    for row in rows:
        key = row.text("key")
        if key.isdecimal() and len(key) < 19:
            lines.setdefault(int(key), _Line([])).rows.append(row)
        elif not row.is_blank:
            astray.append(row)
    return lines, astray


def _understand(touched: Mapping[int, _Line], by: User) -> list[Draught]:
    """Hold what was filled in against what is asked now; three queries whatever the number of lines."""
    draughts = []
    for order, asked in read_orders(by, touched):
        draught = Draught(order, asked)
        for pk, wanted in asked.items():
            line = touched.get(pk)
            if line is None:
                continue
            line.asked, line.reading = wanted, read_rows(line.rows, wanted)
            if line.reading.kind == Kind.CONFLICT:
                draught.kept_back[pk] = (Forecast.MOVED, _CHANGED)
            elif line.reading.problems:
                draught.kept_back[pk] = (Forecast.REFUSED, _sentences(line.reading.problems))
            else:
                draught.replies[pk] = line.reading.parts
        draughts.append(draught)
    return draughts


def _take_problems(
    draught: Draught, touched: Mapping[int, _Line], outcomes: Mapping[int, OrderOutcome]
) -> None:
    """Bring what the rules of answering find wrong to the cells it is about."""
    outcome = outcomes.get(draught.order.pk)
    if outcome is None:
        return
    general = [problem for problem in outcome.problems if problem.where in {"order", "revision"}]
    for pk in draught.replies:
        rows = touched[pk].rows
        found = outcome.lines[pk].problems if pk in outcome.lines else ()
        problems = [at_its_cell(problem, rows) for problem in (*general, *found)]
        if problems:
            touched[pk].reading = Reading(Kind.WRONG, problems=problems)
            draught.kept_back[pk] = (Forecast.REFUSED, _sentences(problems))


@transaction.atomic
def _store(
    parsed: Parsed,
    name: str,
    lines: Mapping[int, _Line],
    astray: Sequence[Row],
    draughts: Sequence[Draught],
    outcomes: Mapping[int, OrderOutcome],
    *,
    by: User,
    at: datetime,
) -> Sheet:
    name = name.replace("\0", "").rpartition("/")[2].rpartition("\\")[2][-_LONGEST_NAME:] or "sheet"
    wanted = Order(by, Operation.SHEET, "Answers from a sheet", name, at, channel=Channel.SHEET)
    job = draw_up([draught for draught in draughts if len(draught)], outcomes, wanted)
    sheet = Sheet.objects.create(
        job=job,
        name=name,
        format=parsed.format,
        notes=[*parsed.notes, *_notes(lines)],
        row_count=len(parsed.rows),
        uploaded_at=at,
    )
    stored = [_row(sheet, row, pk, line) for pk, line in lines.items() for row in line.rows]
    stored += [_row(sheet, row, None, _astray(row)) for row in astray]
    insert_many(stored)
    return sheet


def _row(sheet: Sheet, row: Row, pk: int | None, line: _Line) -> SheetRow:
    reading, values = line.reading, row.values
    # A problem stands at the row whose cell it names; one about the line as a whole at its first row.
    here = {row.address(name) for name in row.places} | {f"row {row.number}"}
    is_conflict = reading.kind == Kind.CONFLICT and line.asked is not None
    return new_row(
        SheetRow,
        sheet_id=sheet.pk,
        number=row.number,
        line_id=pk,
        kind=reading.kind,
        typed=to_json({name: values.get(name) for name in TYPED}),
        had=to_json({name: values.get(name) for name in _HAD}),
        now=to_json(asked_values(line.asked)) if is_conflict and line.asked else {},
        seen=row.text("seen")[:40],
        problems=[
            {"cell": p.where, "found": p.found, "expected": p.expected, "remedy": p.remedy}
            for p in reading.problems
            if p.where in here
        ],
    )


def _notes(lines: Mapping[int, _Line]) -> list[str]:
    """Say what is worth knowing and holds up nothing."""
    altered = [
        row.number
        for line in lines.values()
        if line.asked is not None and line.reading.kind not in {Kind.CONFLICT, Kind.UNKNOWN}
        for row in line.rows
        if _was_altered(row, line.asked)
    ]
    if not altered:
        return []
    rows = ", ".join(map(str, sorted(altered)[:10])) + (" …" if len(altered) > 10 else "")
    return [f"What was asked was changed in the sheet (row {rows}); the order's own values count."]


def _was_altered(row: Row, asked: Asked) -> bool:
    """Whether a locked cell holds another value; text of a CSV file is written in too many ways to tell."""
    expected = asked_values(asked)
    found = {name: row.values[name] for name in _HAD if name in row.values}
    return any(not isinstance(value, str) and value != expected[name] for name, value in found.items())


def _astray(row: Row) -> _Line:
    said = "This row belongs to no line: its hidden cells are empty"
    remedy = "Copy a whole row of the list and fill in the copy"
    problem = Problem(row.address("key"), "nothing", said, remedy)
    return _Line([row], reading=Reading(Kind.UNKNOWN, problems=[problem]))


def _unknown(row: Row) -> Problem:
    return Problem(row.address("key"), row.text("key"), "There is no such line", "Download the sheet again")


def _nothing(touched: Mapping[int, _Line], astray: Sequence[Row]) -> list[Problem]:
    problems = [problem for line in touched.values() for problem in line.reading.problems]
    problems += [problem for row in astray for problem in _astray(row).reading.problems]
    said = "Nothing is filled in: every row is as it was downloaded"
    return problems[:100] or [Problem("file", "", said, "Fill in the columns with a blue title")]


def _sentences(problems: Iterable[Problem]) -> str:
    by_cell: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        by_cell[problem.where].append(problem.sentence())
    return " ".join(f"{cell}: {' '.join(found)}" for cell, found in by_cell.items())
