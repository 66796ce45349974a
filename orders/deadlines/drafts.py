"""What somebody wants the time to answer to be, and everything that is wrong with it. Pure."""

from dataclasses import dataclass
from datetime import date

from suppliers.refusal import Problem

MOST_HOURS = 480
_MOST_INTERVAL = 80


@dataclass(frozen=True, slots=True)
class TermsDraft:
    """How long there is to answer from a day on, who is told after it, and why. None: nothing was typed."""

    hours: int | None
    interval: int | None
    starts_on: date | None
    reason: str
    again_hours: int | None = None
    tells_second: bool = True
    tells_buyer: bool = True
    tells_manager: bool = True
    ends_on: date | None = None


def check_draft(draft: TermsDraft, *, today: date) -> list[Problem]:
    """Find everything that is wrong. *today* is the date in the company's zone."""
    problems = _check_hours(
        "hours", draft.hours, MOST_HOURS, "Say how many working hours there are to answer"
    )
    if draft.again_hours is not None:
        problems += _check_hours("again_hours", draft.again_hours, MOST_HOURS, "")
    problems += _check_hours("interval", draft.interval, _MOST_INTERVAL, "Say after how many hours more")
    return [*problems, *_check_days(draft.starts_on, draft.ends_on, today), *check_reason(draft.reason)]


def check_reason(reason: str) -> list[Problem]:
    """A change without a reason helps nobody who looks at the history."""
    if reason.strip():
        return []
    return [Problem("reason", "", "Say why", "Whoever looks at the history will read it")]


def _check_hours(where: str, hours: int | None, most: int, missing: str) -> list[Problem]:
    if hours is None:
        return [Problem(where, "", missing)]
    if 1 <= hours <= most:
        return []
    return [Problem(where, str(hours), f"This is a number of working hours from 1 to {most}")]


def _check_days(starts_on: date | None, ends_on: date | None, today: date) -> list[Problem]:
    if starts_on is None:
        return [Problem("starts_on", "", "Say from which day on this holds")]
    problems = []
    if starts_on < today:
        expected = f"It holds from today ({today.isoformat()}) on, or from later"
        problems.append(Problem("starts_on", starts_on.isoformat(), expected, "Clocks that run keep theirs"))
    if ends_on is not None and ends_on < starts_on:
        problems.append(Problem("ends_on", ends_on.isoformat(), "The last day comes after the first"))
    return problems
