"""How large a deviation is, what was decided on similar ones, and what could be left to a rule. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from orders.decisions.effects import Answered, Asked
from orders.purchasing.lifecycle import AnswerState

_HUNDRED = Decimal(100)
_TENTH = Decimal("0.1")
# Similar is what is between half and twice as large, and what is this close anyway.
_CLOSE = {"date": Decimal(2), "split": Decimal(2)}
_CLOSE_PERCENT = Decimal(1)
_DAYS = {"date", "split"}
# Fewer of similar size say little: then all of the same kind are counted.
_ENOUGH = 3
# So many approvals in a row make a rule worth offering.
RULE_AFTER = 5


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision of the past, and the signed size of what was proposed: days or percent."""

    size: Decimal | None  # None where several things deviated at once
    is_approved: bool
    at: datetime
    by: int
    state: AnswerState


@dataclass(frozen=True, slots=True)
class Similar:
    """What was decided on similar proposals."""

    approved: int
    total: int
    others: tuple[Decimal, ...]  # the sizes of those that were not approved, smallest first
    is_declined: bool  # whether all of those were declined, not answered with a counter-proposal
    any_size: bool  # whether all sizes were counted, for want of similar ones


@dataclass(frozen=True, slots=True)
class Habit:
    """The same decision again and again: what could pass by itself."""

    matter: str  # "date", "price" or "quantity"
    limit: Decimal  # signed: days or percent
    approved: int
    by: frozenset[int]


def size_of(kinds: Sequence[str], asked: Asked, answered: Answered, first_on: date | None) -> Decimal | None:
    """Return how large a deviation is: signed days for dates and splits, signed percent for the rest.

    None where several things deviate at once, or nothing can be measured.
    """
    if len(kinds) != 1:
        return None
    kind = kinds[0]
    if kind in _DAYS:
        day = first_on if kind == "date" else answered.last_on
        return Decimal((day - asked.needed_on).days) if day and asked.needed_on else None
    if kind == "price":
        return _percent(answered.value, answered.coming * asked.unit_price)
    return _percent(answered.coming, asked.quantity)


def similar_to(kind: str, size: Decimal | None, past: Iterable[Decided]) -> Similar | None:
    """Return what was decided on proposals like one of this size; None when there were none."""
    past = [one for one in past if _same_side(size, one.size)]
    near = [one for one in past if _is_near(kind, size, one.size)]
    any_size = len(near) < _ENOUGH
    counted = past if any_size else near
    if not counted:
        return None
    others = [one for one in counted if not one.is_approved]
    return Similar(
        approved=len(counted) - len(others),
        total=len(counted),
        others=tuple(sorted((one.size for one in others if one.size is not None), key=abs)),
        is_declined=all(one.state == AnswerState.DECLINED for one in others),
        any_size=any_size,
    )


def habits(kind: str, past: Iterable[Decided], *, since: datetime) -> list[Habit]:
    """Return what was approved at least RULE_AFTER times since then, with nothing smaller turned down."""
    if kind not in {"date", "price", "quantity"}:
        return []
    recent = [(one, one.size) for one in past if one.at >= since and one.size]
    found = []
    for sign in (1, -1):
        side = [(one, abs(size)) for one, size in recent if (size > 0) == (sign > 0)]
        bar = min((size for one, size in side if not one.is_approved), default=None)
        yes = [(one, size) for one, size in side if one.is_approved and (bar is None or size < bar)]
        if len(yes) >= RULE_AFTER:
            limit = max(size for _, size in yes)
            if kind != "date":
                limit = limit.quantize(_TENTH, ROUND_CEILING)
            found.append(Habit(kind, sign * limit, len(yes), frozenset(one.by for one, _ in yes)))
    return found


def size_words(kind: str, size: Decimal) -> str:
    """Write the size of a deviation: "+9 days", "−2.5 %"."""
    sign = "+" if size > 0 else "−" if size < 0 else ""
    if kind in _DAYS:
        count = abs(int(size))
        return f"{sign}{count} day{'' if count == 1 else 's'}"
    return f"{sign}{abs(size).quantize(_TENTH, ROUND_HALF_UP).normalize():f} %"


def similar_words(kind: str, similar: Similar, *, months: int) -> str:
    """Say what was decided: "approved 7 of 8 like this in the last 6 months; the declined one was +14 %"."""
    like = "of this kind" if similar.any_size else "like this"
    when = f"in the last {months} months"
    if similar.total == 1:
        done = "approved" if similar.approved else "declined" if similar.is_declined else "countered"
        return f"the only one {like} {when} was {done}"
    if not similar.approved:
        none = "declined all" if similar.is_declined else "approved none of"
        return f"{none} {similar.total} {like} {when}"
    said = f"approved {similar.approved} of {similar.total} {like} {when}"
    if not similar.others:
        return said
    verb = "declined" if similar.is_declined else "other"
    first, last = size_words(kind, similar.others[0]), size_words(kind, similar.others[-1])
    if len(similar.others) == 1:
        return f"{said}; the {verb} one was {first}"
    return f"{said}; the {verb} ones were {first}" + (f" to {last}" if last != first else "")


def _same_side(size: Decimal | None, other: Decimal | None) -> bool:
    return size is None or (other is not None and (other < 0) == (size < 0))


def _is_near(kind: str, size: Decimal | None, other: Decimal | None) -> bool:
    if size is None or other is None:
        return False
    size, other = abs(size), abs(other)
    return size / 2 <= other <= size * 2 or abs(size - other) <= _CLOSE.get(kind, _CLOSE_PERCENT)


def _percent(now: Decimal, before: Decimal) -> Decimal | None:
    return (now - before) * _HUNDRED / before if before else None
