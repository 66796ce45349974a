"""A file becomes rows: XLSX or CSV, whatever the order of its columns; what is no sheet of ours is refused.

Nothing of a file is trusted: its size, what it unpacks to and the number of its rows are limited before it is
read, no formula is run, and no entity is expanded.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook

from orders.sheets.cells import Row, clean
from orders.sheets.columns import BY_NAME, BY_TITLE, NEEDED, SHEET_TITLE, TYPED
from suppliers.formats import inert
from suppliers.refusal import Problem, Refused

LARGEST = 5 * 1024 * 1024
LARGEST_UNPACKED = 25 * 1024 * 1024
MOST_PARTS_OF_A_FILE = 200
MOST_ROWS = 10_000
MOST_COLUMNS = 100
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",;\t"


@dataclass(slots=True)
class Parsed:
    """What a file holds: rows in their order, and what is worth saying about the file."""

    format: str  # "xlsx" or "csv"
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parse(data: bytes) -> Parsed:
    """Read a file. Raises Refused when it is too large, of another type, broken, or no sheet of ours."""
    if not data:
        raise _refusal("an empty file", "Choose the sheet you filled in")
    if len(data) > LARGEST:
        megabytes = LARGEST // 1024**2
        raise _refusal(f"{len(data) / 1024**2:.1f} MB", f"A sheet may have at most {megabytes} MB")
    if data.startswith(_OLE):
        found = "an old Excel file, or one with a password"
        raise _refusal(found, "Save it as .xlsx without a password")
    if data.startswith(_ZIP):
        return _read("xlsx", _rows_of_workbook(data))
    return _read("csv", _rows_of_csv(data))


def _read(form: str, lines: Iterable[Sequence[Any]]) -> Parsed:
    parsed = Parsed(form)
    walk = iter(lines)
    places, unknown = _places(next(walk, ()))
    if unknown:
        names = ", ".join(f"“{name}”" for name in unknown[:10]) + (" …" if len(unknown) > 10 else "")
        parsed.notes.append(f"Columns that are not ours were left alone: {names}.")
    for number, line in enumerate(walk, start=2):
        values = {
            name: value
            for name, place in places.items()
            if place < len(line) and (value := clean(line[place])) is not None
        }
        if values:
            parsed.rows.append(Row(number, values, places))
        if len(parsed.rows) > MOST_ROWS:
            expected = f"A sheet may have at most {MOST_ROWS:,} rows"
            raise _refusal("more rows", expected, "Send it in parts; each keeps the first row")
    return parsed


def _places(head: Sequence[Any]) -> tuple[dict[str, int], list[str]]:
    """Return where our columns stand, and the titles that are not ours."""
    places: dict[str, int] = {}
    unknown = []
    for place, found in enumerate(head[:MOST_COLUMNS]):
        title = clean(found)
        if title is None:
            continue
        column = BY_TITLE.get(str(title).casefold())
        if column is None or column.name in places:
            unknown.append(str(title)[:40])
        else:
            places[column.name] = place
    missing = [BY_NAME[name].title for name in NEEDED if name not in places]
    if missing or not any(name in places for name in TYPED):
        names = " and ".join(f"“{title}”" for title in missing) or "any column to fill in"
        raise _refusal(
            f"no column {names}",
            "The first row must have the titles of a sheet from here",
            "Download the sheet again and fill it in; the hidden columns belong to it",
        )
    return places, unknown


def _rows_of_workbook(data: bytes) -> Iterator[Sequence[Any]]:
    """Yield the rows of the sheet “Lines”, or of the first one."""
    _check_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book[SHEET_TITLE] if SHEET_TITLE in book.sheetnames else book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=MOST_COLUMNS, values_only=True)
        # The library names its errors by dozens: whatever goes wrong in it, the file cannot be read.
        yield from rows
    except Refused:
        raise
    except Exception as error:
        raise _refusal("a file that cannot be read", "Save it as .xlsx and send it again") from error


def _check_archive(data: bytes) -> None:
    """Look at what a workbook unpacks to before any of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _refusal("a file that cannot be read", "Save it as .xlsx and send it again") from error
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise _refusal("another kind of file", "Send the sheet as .xlsx or .csv")
    if len(parts) > MOST_PARTS_OF_A_FILE or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise _refusal("a file that unpacks to far more than it holds", "Send the sheet as it was downloaded")


def _rows_of_csv(data: bytes) -> Iterator[Sequence[Any]]:
    text = _decoded(data)
    head = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [_as_meant(cell) for cell in line]
    except csv.Error as error:
        raise _refusal(f"a file that is no table ({error})", "Send the sheet as .xlsx or .csv") from error


def _as_meant(cell: str) -> str:
    """Take off the mark that our own files put before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and inert(cell[1:]) == cell else cell


def _decoded(data: bytes) -> str:
    """Return the text of a CSV file: Excel writes UTF-8 with a mark, UTF-16, or what Windows had before."""
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"", "utf-8-sig")):
        if data.startswith(mark):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                continue
            break
    else:
        text = data.decode("cp1252", errors="replace")
    if "\0" in text or any(ord(letter) < 32 and letter not in "\t\r\n" for letter in text[:2000]):
        raise _refusal("another kind of file", "Send the sheet as .xlsx or .csv")
    return text


def _refusal(found: str, expected: str, remedy: str = "") -> Refused:
    return Refused([Problem("file", found, expected, remedy)])
