"""What an operation makes of a line, and how to tell that a line is no longer what was looked at. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from orders.bulk.lifecycle import Operation
from orders.purchasing.lifecycle import LineState
from orders.purchasing.rules import Asked, Part, Settled, arrived_of, capitalized, settle
from suppliers.calendars.rules import Calendar, NeverOpen, after_working_days
from suppliers.refusal import Problem

MOST_DAYS = 366
LONGEST_REASON = 500
_FINGERPRINT = 16
# What a part says in words: why, and which other product or unit than the ordered one.
_TEXTS = ("reason", "product_code", "product_name", "unit")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants done to every chosen line."""

    operation: Operation
    days: int = 0
    working_days: bool = False  # the supplier's own: its week, public holidays and closed days
    reason: str = ""

    def sentence(self) -> str:
        """Say it in the words of the person who wants it."""
        if self.operation != Operation.SHIFT:
            return str(self.operation.label)
        count = abs(self.days)
        unit = "working day" if self.working_days else "day"
        return f"{count} {unit}{'' if count == 1 else 's'} {'later' if self.days > 0 else 'earlier'}"


def check_wish(wish: Wish) -> list[Problem]:
    """Find what is wrong with a wish before any line is looked at."""
    problems = []
    if wish.operation == Operation.SHIFT and not 1 <= abs(wish.days) <= MOST_DAYS:
        expected = f"Give the number of days, from 1 to {MOST_DAYS}"
        problems.append(Problem("days", str(wish.days), expected, "−3 means three days earlier"))
    if wish.operation == Operation.DECLINE and not wish.reason.strip():
        problems.append(
            Problem("reason", "nothing", "Say why these cannot be delivered", "The buyer will read it")
        )
    if len(wish.reason) > LONGEST_REASON:
        found, expected = f"{len(wish.reason)} characters", f"At most {LONGEST_REASON} characters"
        problems.append(Problem("reason", found, expected, "Shorten the reason"))
    return problems


def nothing_to_do(asked: Asked, wish: Wish) -> str:
    """Return why a line needs no answer for this wish; empty when it does."""
    if wish.operation == Operation.CONFIRM and asked.state == LineState.AGREED:
        return f"{capitalized(asked.label)} is agreed already."
    return ""


def parts_wished(asked: Asked, wish: Wish, calendar: Calendar) -> tuple[Part, ...] | Problem:
    """Return the answer that a wish comes to for one line; *calendar* is the supplier's."""
    where = f"lines.{asked.line_id}"
    if wish.operation == Operation.DECLINE:
        return (Part(asked.quantity, None, None, wish.reason.strip()),)
    if any(part.delivery_on is None for part in asked.parts):
        return Problem(
            where,
            "no date",
            f"{capitalized(asked.label)} names no delivery date",
            "Open the order and give the date on which you will deliver",
        )
    if wish.operation == Operation.CONFIRM:
        return asked.parts
    here = arrived_of(asked)
    try:
        return tuple(
            part if part in here else replace(part, delivery_on=_shifted(part.delivery_on, wish, calendar))
            for part in asked.parts
            if part.delivery_on is not None
        )
    except NeverOpen:
        return Problem(where, "none", "Your calendar has no working days", "Correct your working hours")


def _shifted(day: date, wish: Wish, calendar: Calendar) -> date:
    if wish.working_days:
        return after_working_days(calendar, day, wish.days)
    return day + timedelta(days=wish.days)


def whole(parts: Iterable[Part]) -> Settled:
    """Return what is asked over all parts: their quantity, the price, and the first date if there is one."""
    parts = tuple(parts)
    price = next((part.unit_price for part in parts if part.unit_price is not None), None)
    return Settled(sum((part.quantity for part in parts), Decimal(0)), price, settle(parts).delivery_on)


def fingerprint(asked: Asked) -> str:
    """Return a mark of everything about a line that an answer to it depends on.

    Two equal marks mean: whoever looked at the line then sees the same now.
    """
    parts = sorted(repr(part) for part in to_json(replace(part, reason="") for part in asked.parts))
    content = (asked.line_id, asked.state, asked.unit, asked.asked_in_revision, parts)
    return sha256(repr(content).encode()).hexdigest()[:_FINGERPRINT]


def to_json(parts: Iterable[Part]) -> list[dict[str, Any]]:
    """Return parts as they are stored with a job."""
    return [
        {
            "quantity": _plain(part.quantity),
            "on": part.delivery_on.isoformat() if part.delivery_on else None,
            "price": _plain(part.unit_price) if part.unit_price is not None else None,
            **{name: text for name in _TEXTS if (text := getattr(part, name))},
        }
        for part in parts
    ]


def from_json(stored: Sequence[dict[str, Any]]) -> tuple[Part, ...]:
    """Return the parts that were stored with a job."""
    return tuple(
        Part(
            Decimal(part["quantity"]),
            date.fromisoformat(part["on"]) if part["on"] else None,
            Decimal(part["price"]) if part["price"] is not None else None,
            **{name: part.get(name, "") for name in _TEXTS},
        )
        for part in stored
    )


def _plain(number: Decimal | None) -> str:
    return "" if number is None else f"{number.normalize():f}"
