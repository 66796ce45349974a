"""The same sheet again, with what became of each row: what was put right can be sent once more."""

from collections.abc import Mapping
from datetime import datetime

from orders.bulk.lifecycle import JobState, Result
from orders.bulk.models import JobLine
from orders.purchasing.models import PurchaseOrderLine
from orders.sheets.cells import Row, Value, from_json
from orders.sheets.columns import BY_NAME
from orders.sheets.filling import Shown, shown_lines
from orders.sheets.lifecycle import Kind
from orders.sheets.models import Sheet, SheetRow
from orders.sheets.writing import Line
from suppliers.people.models import User

_SENT = {Result.AGREED, Result.WITH_BUYER}


def told_lines(user: User, sheet: Sheet, *, at: datetime) -> list[Line]:
    """Return the rows of a sheet in their order, each with its outcome and why.

    A row that was sent carries a mark, so that it says nothing when the sheet comes back unchanged. A row
    that is to be put right keeps its own, and one that met another value shows the new value from now on.
    """
    rows = list(SheetRow.objects.visible_to(user).filter(sheet=sheet).order_by("number"))
    shown = shown_lines(user, {row.line_id for row in rows if row.line_id is not None}, at=at)
    results = {line.line_id: line for line in JobLine.objects.visible_to(user).filter(job=sheet.job_id)}
    return [_told(row, shown.get(row.line_id or 0), results.get(row.line_id or 0), sheet) for row in rows]


def _told(row: SheetRow, shown: Shown | None, line: JobLine | None, sheet: Sheet) -> Line:
    values: dict[str, Value] = dict(shown.values) if shown else {}
    typed = from_json(row.typed)
    was_sent = line is not None and line.result in _SENT
    if not was_sent and row.kind != Kind.CONFLICT and row.seen:
        values["seen"] = row.seen
    if was_sent:
        values["sent"] = Row(row.number, typed).mark()
    outcome, explanation = _outcome(row, line, sheet)
    locked = shown.locked if shown else frozenset()
    return Line(values | typed | {"outcome": outcome, "explanation": explanation}, locked=locked)


def _outcome(row: SheetRow, line: JobLine | None, sheet: Sheet) -> tuple[str, str]:
    kind = Kind(row.kind)
    if kind in {Kind.UNCHANGED, Kind.UNKNOWN, Kind.WRONG}:
        return kind.label, problems_of(row) or (line.sentence if line and kind == Kind.WRONG else "")
    if kind == Kind.CONFLICT:
        return kind.label, f"{three_ways(row)} {line.sentence if line else ''}".strip()
    if sheet.job.state == JobState.PREVIEW or line is None:
        return "Not sent yet", kind.label
    return line.get_result_display(), line.sentence or kind.label


def problems_of(row: SheetRow) -> str:
    """Return what is wrong with a row, cell by cell."""
    return " ".join(
        f"{problem['cell']}: {problem['expected']}"
        + (f" (found {problem['found']})" if problem["found"] else "")
        + (f". {problem['remedy']}" if problem["remedy"] else "")
        + "."
        for problem in row.problems
    )


def three_ways(row: SheetRow) -> str:
    """Say what a row showed, what the line asks now, and what was filled in."""
    had, now, typed = from_json(row.had), from_json(row.now), from_json(row.typed)
    return f"You had: {_words(had)}. Now: {_words(now)}. Yours: {_words(typed)}."


def _words(values: Mapping[str, Value]) -> str:
    return ", ".join(Row(0, values).text(name) for name in BY_NAME if name in values) or "nothing"


def known_lines(user: User, line_ids: set[int]) -> Mapping[int, PurchaseOrderLine]:
    """Return lines with their orders, by id."""
    lines = PurchaseOrderLine.objects.visible_to(user).filter(pk__in=line_ids)
    return lines.select_related("order").in_bulk()
