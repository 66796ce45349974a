"""What stands in a cell: text, a number, a date, or nothing; and how it is stored. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from orders.sheets.columns import OTHER, TYPED, letter

Value = str | Decimal | date | None
LONGEST = 1_000
_MARK = 16
_ALWAYS = tuple(name for name in TYPED if name not in OTHER)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a sheet: its number there, its values by column name, and where those columns stand."""

    number: int
    values: Mapping[str, Value]
    places: Mapping[str, int] = field(default_factory=dict)

    def address(self, name: str) -> str:
        """Return a cell's address, M12; the row alone when the sheet has no such column."""
        place = self.places.get(name)
        return f"row {self.number}" if place is None else f"{letter(place)}{self.number}"

    def text(self, name: str) -> str:
        """Return a value as text, as it would be shown."""
        return shown(self.values.get(name))

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in."""
        return all(self.values.get(name) is None for name in TYPED)

    def mark(self) -> str:
        """Return a mark of what was filled in, by which a row that was sent is known again."""
        others = [self.text(name) for name in OTHER]
        # Rows that name no other product or unit have the mark they had before there were such columns.
        content = [self.text(name) for name in _ALWAYS] + (others if any(others) else [])
        return a_mark(sha256(repr(content).encode()).hexdigest()[:_MARK])


def a_mark(hexadecimal: str) -> str:
    """Return a fingerprint as a sheet holds it: never a number to a spreadsheet (12e45 would be one)."""
    return f"s{hexadecimal}"


def clean(found: Any) -> Value:
    """Return what a spreadsheet library or a CSV file gives for a cell as one of our values."""
    match found:
        case None:
            return None
        case bool():
            return "x" if found else None
        case int() | float():
            return Decimal(repr(found)) if found == found and abs(found) != float("inf") else str(found)
        case datetime():
            return found.date()
        case date():
            return found
        case _:
            text = str(found).replace("\0", "").strip()[: LONGEST + 1]
            return text or None


def shown(value: Value) -> str:
    """Write a value for people and for comparing: plain number, ISO date."""
    match value:
        case None:
            return ""
        case Decimal():
            return f"{value.normalize():f}"
        case date():
            return value.isoformat()
        case _:
            return value


def to_json(values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the filled cells as they are stored: text as it is, numbers and dates under what they are."""
    stored: dict[str, Any] = {}
    for name, value in values.items():
        match value:
            case None:
                continue
            case Decimal():
                stored[name] = {"number": shown(value)}
            case date():
                stored[name] = {"date": value.isoformat()}
            case _:
                stored[name] = value
    return stored


def from_json(stored: Mapping[str, Any]) -> dict[str, Value]:
    """Return stored cells as values again."""
    return {name: _from_json(value) for name, value in stored.items()}


def _from_json(stored: Any) -> Value:
    match stored:
        case {"number": str(text)}:
            return Decimal(text)
        case {"date": str(text)}:
            return date.fromisoformat(text)
        case _:
            return str(stored)
