"""The columns of a sheet: what is shown, what is filled in, and the hidden marks that tell rows apart."""

from typing import NamedTuple


class Column(NamedTuple):
    """A column. ``kind``: shown, typed, hidden, or told (what the portal says of a row afterwards)."""

    name: str
    title: str
    width: int
    kind: str = "shown"
    holds: str = "text"  # text, number, date


COLUMNS = (
    Column("order", "Order", 12),
    Column("customer", "Customer", 24),
    Column("line", "Line", 8, holds="number"),
    Column("product", "Product", 16),
    Column("description", "Description", 38),
    Column("state", "State", 15),
    Column("unit", "Unit", 9),
    Column("currency", "Currency", 9),
    Column("asked_quantity", "Asked quantity", 14, holds="number"),
    Column("asked_on", "Asked date", 12, holds="date"),
    Column("asked_price", "Asked price", 12, holds="number"),
    Column("confirm", "Confirm (x)", 11, "typed"),
    Column("quantity", "Your quantity", 13, "typed", "number"),
    Column("date", "Your date", 12, "typed", "date"),
    Column("price", "Your price", 12, "typed", "number"),
    Column("reason", "Reason", 34, "typed"),
    Column("other_code", "Other product code", 14, "typed"),
    Column("other_name", "Other product name", 26, "typed"),
    Column("other_unit", "Other unit", 11, "typed"),
    Column("locked", "Locked because", 30),
    Column("outcome", "Outcome", 18, "told"),
    Column("explanation", "Explanation", 60, "told"),
    Column("key", "Key", 10, "hidden", "number"),
    Column("revision", "Revision", 9, "hidden", "number"),
    Column("seen", "Seen", 18, "hidden"),
    Column("sent", "Sent", 18, "hidden"),
)
BY_NAME = {column.name: column for column in COLUMNS}
BY_TITLE = {column.title.casefold(): column for column in COLUMNS}
TYPED = tuple(column.name for column in COLUMNS if column.kind == "typed")
# Another product, or another unit: few need them, and sheets of before do not have them.
OTHER = ("other_code", "other_name", "other_unit")
# Without these nothing can be read from a file.
NEEDED = ("key", "seen")
SHEET_TITLE = "Lines"


def letter(index: int) -> str:
    """Return the letters of a column by its place from 0: A, B, …, Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
