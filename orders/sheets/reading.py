"""What the page of a job shows of the sheet it came from."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from orders.bulk.models import Job
from orders.purchasing.badges import Badge
from orders.sheets.answer_sheet import known_lines
from orders.sheets.cells import from_json, shown
from orders.sheets.lifecycle import Kind
from orders.sheets.models import Sheet, SheetRow
from suppliers.people.models import User

# The page names so many; the sheet that comes back names all.
SHOWN = 200
_BADGES = {
    Kind.ACCEPTED: Badge("done", "confirmed as asked"),
    Kind.PROPOSED: Badge("warn", "with a change"),
    Kind.SPLIT: Badge("warn", "split"),
    Kind.DECLINED: Badge("wrong", "cannot be delivered"),
    Kind.CONFLICT: Badge("warn", "changed meanwhile"),
    Kind.WRONG: Badge("wrong", "to be put right"),
    Kind.UNKNOWN: Badge("wrong", "belong to no line"),
    Kind.UNCHANGED: Badge("same", "left unchanged"),
}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A line three ways: what the sheet showed, what is asked now, what was filled in."""

    row: SheetRow
    line: Any
    fields: list[tuple[str, str, str, str]]
    reason: str


def sheet_of(user: User, job: Job) -> dict[str, Any]:
    """Return the context of sheets/_of_job.html; without a sheet, nothing."""
    sheet = Sheet.objects.visible_to(user).filter(job=job).first()
    if sheet is None:
        return {"sheet": None}
    rows = SheetRow.objects.visible_to(user).filter(sheet=sheet)
    counts = dict(rows.order_by().values_list("kind").annotate(count=Count("line_id", distinct=True)))
    counts |= {Kind.UNKNOWN: rows.filter(kind=Kind.UNKNOWN).count()} if Kind.UNKNOWN in counts else {}
    wrong = list(rows.exclude(problems=[]).order_by("number")[: SHOWN + 1])
    conflicts = list(rows.filter(kind=Kind.CONFLICT).order_by("number")[:SHOWN])
    lines = known_lines(user, {row.line_id for row in conflicts if row.line_id})
    return {
        "sheet": sheet,
        "counts": [(counts[kind], badge) for kind, badge in _BADGES.items() if counts.get(kind)],
        "wrong": [(row, problem) for row in wrong[:SHOWN] for problem in row.problems],
        "more_wrong": len(wrong) > SHOWN,
        "conflicts": [_conflict(row, lines[row.line_id]) for row in conflicts if row.line_id in lines],
    }


def _conflict(row: SheetRow, line: Any) -> Conflict:
    had, now, typed = from_json(row.had), from_json(row.now), from_json(row.typed)
    names = (
        ("Quantity", "asked_quantity", "quantity"),
        ("Date", "asked_on", "date"),
        ("Price", "asked_price", "price"),
    )
    fields = [
        (title, shown(had.get(name)), shown(now.get(name)), shown(typed.get(own)))
        for title, name, own in names
    ]
    others = {"Other product": ("other_code", "other_name"), "Other unit": ("other_unit",)}
    for title, cells in others.items():
        if words := " ".join(shown(typed[cell]) for cell in cells if cell in typed):
            fields.append((title, "", "", words))
    reason = str(typed.get("reason") or ("x under Confirm" if "confirm" in typed else ""))
    return Conflict(row, line, fields, reason)
