"""Rows become a file: XLSX with locked cells and checks in the others, or CSV with the same columns."""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from orders.sheets.cells import Value, shown
from orders.sheets.columns import COLUMNS, OTHER, SHEET_TITLE, Column, letter
from suppliers.formats import inert, plain_number

# Room below the list for the rows of splits.
_SPARE_ROWS = 500
_ALLOWED = (
    "formatCells", "formatColumns", "formatRows", "insertRows", "deleteRows", "sort", "autoFilter",
)  # fmt: skip
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_LONGEST_CELL = 32_000
_TEXT = "@"
# Columns in which most cells are empty.
_SELDOM = frozenset({*OTHER, "locked"})
_HELP = (
    ("Fill in the white columns and send the sheet back where you downloaded it.", True),
    ("Leave a row blank to change nothing: it stays as it is.", False),
    ("x under Confirm: you deliver what is asked, on the asked date, at the asked price.", False),
    ("Your quantity, date or price: you propose that; what you leave blank stays as asked.", False),
    ("Quantity 0 with a reason, or a reason alone: you cannot deliver the line.", False),
    (
        "Several deliveries: copy the whole row, paste it below the list as often as you need, and give each"
        " its quantity and date. The quantities add up to what was asked.",
        False,
    ),
    (
        "Another product: its code and name. Another unit: its name, with quantity and price in it. Where"
        " your customer does not allow that, the cells are locked and the column beside them says why.",
        False,
    ),
    ("Rows may be sorted, filtered or deleted, and columns moved. Columns you add are left alone.", False),
    (
        "If the customer changes a line while you fill in the sheet, you are shown both values, and only that"
        " line waits.",
        False,
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A row to write. ``values`` by column name; the cells to fill in may be open."""

    values: Mapping[str, Value]
    is_open: bool = True
    locked: frozenset[str] = frozenset()  # of those that are open otherwise


def workbook_of(lines: Sequence[Line], *, subtitle: str, at: datetime, told: bool = False) -> bytes:
    """Return an XLSX file. *told*: with the columns that say what became of each row."""
    columns = columns_of(told=told)
    book = Workbook(write_only=True)
    book.properties.creator = "Quayside"
    book.properties.title = subtitle
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    sheet = book.create_sheet(SHEET_TITLE)
    _set_up(sheet, columns, rows=len(lines))
    sheet.append([_head(sheet, column) for column in columns])
    cells = _Cells(sheet, columns)
    for line in lines:
        sheet.append(cells.filled(line))
    _write_help(book, subtitle)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def csv_of(lines: Iterable[Line], *, told: bool = False) -> str:
    """Return the same columns as CSV: ISO dates, plain decimals, no cell that a spreadsheet would run."""
    columns = columns_of(told=told)
    file = io.StringIO()
    file.write("\ufeff")  # without it Excel reads another character set
    writer = csv.writer(file)
    writer.writerow([column.title for column in columns])
    for line in lines:
        writer.writerow([_plain(line.values.get(column.name)) for column in columns])
    return file.getvalue()


def columns_of(*, told: bool) -> list[Column]:
    """Return the columns of a sheet, with or without those that say what became of a row."""
    return [column for column in COLUMNS if told or column.kind != "told"]


class _Cells:
    """Makes the cells of a row. A cell is written at once, so one per column serves for all rows."""

    def __init__(self, sheet: Any, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._locked = [self._cell(sheet, column, is_open=False) for column in columns]
        self._open = [self._cell(sheet, column, is_open=column.kind == "typed") for column in columns]

    def filled(self, line: Line) -> list[Any]:
        row: list[Any] = []
        for place, column in enumerate(self._columns):
            value = line.values.get(column.name)
            # What was filled in where it may not be must be there to be emptied.
            is_open = line.is_open and (value is not None or column.name not in line.locked)
            if value is None and column.name in _SELDOM and (is_open or column.kind != "typed"):
                row.append(None)  # the cell is as its column is, and costs nothing
                continue
            cell = (self._open if is_open else self._locked)[place]
            row.append(cell)
            if isinstance(value, str):
                cell.value = _UNPRINTABLE.sub(" ", value)[:_LONGEST_CELL]
                cell.data_type = "s"  # whatever it begins with, it is text and no formula
            else:
                cell.value = value
        return row

    @staticmethod
    def _cell(sheet: Any, column: Column, *, is_open: bool) -> Any:
        cell = WriteOnlyCell(sheet)
        if column.holds == "date":
            cell.number_format = "yyyy-mm-dd"
        elif column.kind == "typed" and column.holds == "text":
            cell.number_format = _TEXT
        if is_open:
            cell.protection = Protection(locked=False)
            cell.fill = PatternFill("solid", fgColor="FFFFFF")
        else:
            cell.fill = PatternFill("solid", fgColor="F1F4F7")
        if column.kind in {"typed", "shown"} and column.holds == "text":
            cell.quotePrefix = True  # nor does it become one when somebody edits it
        cell.alignment = Alignment(vertical="top", wrap_text=column.kind == "told")
        return cell


def _head(sheet: Any, column: Column) -> Any:
    cell = WriteOnlyCell(sheet, column.title)
    typed = column.kind == "typed"
    cell.font = Font(bold=True, color="FFFFFF" if typed else "1A2430")
    cell.fill = PatternFill("solid", fgColor="0B5CAD" if typed else "DCE3EA")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    return cell


def _set_up(sheet: Any, columns: Sequence[Column], *, rows: int) -> None:
    """Widths, what is locked and hidden, and what Excel itself checks while one types."""
    for place, column in enumerate(columns):
        dimension = sheet.column_dimensions[letter(place)]
        dimension.width, dimension.hidden = column.width, column.kind == "hidden"
        # Cells below the list are open in every column: the rows of a split are pasted there.
        dimension.protection = Protection(locked=False)
        if column.name in OTHER:
            dimension.number_format = _TEXT
    sheet.freeze_panes = "B2"
    last = rows + 1
    sheet.auto_filter.ref = f"A1:{letter(len(columns) - 1)}{max(2, last)}"
    protection = sheet.protection
    protection.sheet = True  # without a password: it guards against slips, not against people
    for allowed in _ALLOWED:
        setattr(protection, allowed, False)  # not kept from anybody
    for place, column in enumerate(columns):
        if column.kind == "typed":
            check = _check(column)
            check.add(f"{letter(place)}2:{letter(place)}{last + _SPARE_ROWS}")
            sheet.data_validations.append(check)


def _check(column: Column) -> DataValidation:
    rules: dict[str, dict[str, Any]] = {
        "confirm": {"type": "list", "formula1": '"x"', "error": "An x, or nothing."},
        "quantity": {
            "type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0",
            "error": "A number from 0 on. 0 means that nothing will come; give the reason.",
        },
        "date": {
            "type": "date", "operator": "greaterThanOrEqual", "formula1": "43831",
            "error": "A date, like 2026-12-31.",
        },
        "price": {
            "type": "decimal", "operator": "greaterThanOrEqual", "formula1": "0",
            "error": "A price per unit, from 0 on.",
        },
        "reason": _text_up_to(500),
        "other_code": _text_up_to(64),
        "other_name": _text_up_to(200),
        "other_unit": _text_up_to(60),
    }  # fmt: skip
    rule = rules[column.name]
    return DataValidation(allow_blank=True, showErrorMessage=True, errorTitle=column.title, **rule)


def _text_up_to(most: int) -> dict[str, Any]:
    return {
        "type": "textLength", "operator": "lessThanOrEqual", "formula1": str(most),
        "error": f"At most {most} characters.",
    }  # fmt: skip


def _write_help(book: Any, subtitle: str) -> None:
    sheet = book.create_sheet("How to fill in")
    sheet.column_dimensions["A"].width = 110
    for text, is_bold in ((subtitle, True), ("", False), *_HELP):
        cell = WriteOnlyCell(sheet, text)
        cell.font = Font(bold=is_bold)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        cell.data_type = "s"
        sheet.append([cell])


def _plain(value: Value) -> str:
    if isinstance(value, str):
        return inert(value)
    return plain_number(value) if not hasattr(value, "isoformat") and value is not None else shown(value)
