"""Odoo's values as ours: floats to Decimal by their text, naive UTC text to aware datetimes, and back."""

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

_FOUR_PLACES = Decimal("0.0001")
_SIX_PLACES = Decimal("0.000001")
_FORMAT = "%Y-%m-%d %H:%M:%S"


# Quantities, prices and dates repeat all the time in an import: each distinct one is converted once.
@lru_cache(maxsize=1 << 15)
def quantity(value: float) -> Decimal:
    """Return a quantity, an amount or a percentage with four decimal places."""
    return _decimal(value, _FOUR_PLACES)


@lru_cache(maxsize=1 << 15)
def price(value: float) -> Decimal:
    """Return a price per unit with six decimal places."""
    return _decimal(value, _SIX_PLACES)


def _decimal(value: float, places: Decimal) -> Decimal:
    # By its shortest text, because 4.1 is not 4.0999999999999996; plus zero, because -0.0 is 0.
    return Decimal(repr(value)).quantize(places) + 0


@lru_cache(maxsize=1 << 15)
def moment(text: str) -> datetime:
    """Return Odoo's naive UTC text as an aware datetime."""
    # fromisoformat knows Odoo's format and is ten times as fast as strptime.
    return datetime.fromisoformat(text).replace(tzinfo=UTC, microsecond=0)


def moment_or_none(text: Any) -> datetime | None:
    """Return None for Odoo's False."""
    return moment(text) if isinstance(text, str) and text else None


def written(at: datetime) -> str:
    """Return a datetime as Odoo takes it: UTC, whole seconds, no zone."""
    return at.astimezone(UTC).strftime(_FORMAT)


def text(value: Any) -> str:
    """Return "" for Odoo's False."""
    return str(value) if value else ""


def key(value: Any) -> int | None:
    """Return the id of a many2one, whether it came bare or as [id, name]; None for False."""
    if isinstance(value, list | tuple):
        return int(value[0]) if value else None
    return int(value) if value else None
