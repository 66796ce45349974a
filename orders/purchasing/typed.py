"""What people type into quantity, price and date fields, read whatever their habits: 1.250,5 or 1,250.5."""

import re
from datetime import date, datetime
from decimal import Decimal

from suppliers.refusal import Problem

_LONGEST = 40
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " ")
_PLAIN = re.compile(r"[-+]?\d+(?:[.,]\d+)?", re.ASCII)
# One separator and three digits behind it: thousands to some, decimals to others.
_UNCLEAR = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
# Groups of three with one kind of separator, then perhaps decimals behind the other kind.
_GROUPED = re.compile(
    r"[-+]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:\.\d{3})+,\d+|(?:,\d{3}){2,}|(?:\.\d{3}){2,}"
    r"|(?:[ '’]\d{3})+(?:[.,]\d+)?)",
    re.ASCII,
)
_DOTTED_DAY = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}", re.ASCII)


def read_number(where: str, text: str) -> Decimal | Problem:
    """Read a number as people of any country type it; what can be read two ways is a problem, not a guess."""
    clean = text.translate(_SPACES).strip()
    if len(clean) > _LONGEST:
        return Problem(where, f"{len(clean)} characters", "This must be a number")
    if _UNCLEAR.fullmatch(clean):
        whole, decimals = re.split("[.,]", clean)
        return Problem(
            where,
            f"“{clean}”",
            "This number can be read in two ways",
            f"Write {whole}{decimals} for thousands, or {whole}.{decimals}0 for decimals",
        )
    if _PLAIN.fullmatch(clean):
        return Decimal(clean.replace(",", "."))
    if _GROUPED.fullmatch(clean):
        return Decimal(_without_groups(clean))
    return Problem(where, f"“{clean}”", "This must be a number", "Write it like 1250 or 12.50")


def read_day(where: str, text: str) -> date | Problem:
    """Read a date as a date field sends it (2026-12-31), or as people type it with dots (31.12.2026)."""
    clean = text.strip()
    try:
        if _DOTTED_DAY.fullmatch(clean):
            return datetime.strptime(clean, "%d.%m.%Y").date()  # noqa: DTZ007 - a date has no zone
        return date.fromisoformat(clean)
    except ValueError:
        return Problem(where, f"“{clean[:_LONGEST]}”", "This must be a date", "Write it like 2026-12-31")


def _without_groups(text: str) -> str:
    for mark in " '’":
        text = text.replace(mark, "")
    marks = [mark for mark in text if mark in ".,"]
    if not marks:
        return text
    decimal_mark = marks[-1] if len(marks) == 1 or marks[-1] != marks[0] else ""
    whole, _, decimals = text.rpartition(decimal_mark) if decimal_mark else (text, "", "")
    whole = whole.replace(".", "").replace(",", "")
    return f"{whole}.{decimals}" if decimals else whole
