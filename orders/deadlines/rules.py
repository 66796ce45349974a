"""When a clock ends and what happens on the way, in a supplier's working hours. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from orders.deadlines.lifecycle import DeadlineKind, StepCode
from suppliers.calendars.rules import (
    MINUTES_OF_A_DAY,
    Calendar,
    NeverOpen,
    Span,
    after_working_time,
    working_time,
)

# A deadline that leaves less than that is none.
_LEAST = timedelta(hours=1)
_ALWAYS = ((Span(0, MINUTES_OF_A_DAY),),) * 7


@dataclass(frozen=True, slots=True)
class Terms:
    """Working hours to answer, and working hours from one further step to the next after the deadline."""

    hours: int = 24
    interval: int = 4
    again_hours: int | None = None  # to confirm again; None: as many as for any answer
    # Who is told after the deadline, one after the other.
    further: tuple[StepCode, ...] = (StepCode.BACKUP, StepCode.BUYER, StepCode.MANAGER)

    def hours_for(self, kind: str) -> int:
        """Return the working hours there are to answer a question of this kind."""
        return self.again_hours or self.hours if kind == DeadlineKind.RECONFIRM else self.hours


@dataclass(frozen=True, slots=True)
class Plan:
    """The deadline and each step's moment, in UTC, soonest first."""

    due_at: datetime
    steps: tuple[tuple[StepCode, datetime], ...]
    is_sooner: bool = False  # than the terms have it, for the goods are due


class Due(Protocol):
    """A step that is due."""

    due_at: datetime


SomeStep = TypeVar("SomeStep", bound=Due)


@dataclass(frozen=True, slots=True)
class Arrival:
    """The day on which goods are due: its first moment, and the one after its last."""

    begins: datetime
    ends: datetime

    @classmethod
    def on(cls, day: date, zone: ZoneInfo) -> "Arrival":
        """Return a day where the goods go."""
        begins, ends = (datetime.combine(one, time(0), tzinfo=zone) for one in (day, day + timedelta(days=1)))
        return cls(begins, ends)


def plan(
    calendar: Calendar,
    started_at: datetime,
    terms: Terms,
    kind: str = DeadlineKind.ANSWER,
    arrival: Arrival | None = None,
) -> Plan:
    """Return when an answer is due, and when who is told in the meantime and afterwards.

    Whoever is closed for years on end is held to an ordinary week: a clock must end. An answer that comes
    after the goods is of no use: with an *arrival* it is due before, see _in_time.
    """
    usual, interval = timedelta(hours=terms.hours_for(kind)), timedelta(hours=terms.interval)
    hours, whole = _in_time(calendar, started_at, usual, arrival) if arrival else (calendar, usual)
    amounts = {
        StepCode.HALF: whole / 2,
        StepCode.NEARLY: whole * 9 / 10,
        StepCode.OVERDUE: whole,
    } | {code: whole + number * interval for number, code in enumerate(terms.further, start=1)}
    try:
        steps = [(code, after_working_time(hours, started_at, amount)) for code, amount in amounts.items()]
    except NeverOpen:
        return plan(replace(calendar, closures=()), started_at, terms, kind, arrival)
    return Plan(dict(steps)[StepCode.OVERDUE], tuple(steps), is_sooner=(hours, whole) != (calendar, usual))


def _in_time(
    calendar: Calendar, started_at: datetime, usual: timedelta, arrival: Arrival
) -> tuple[Calendar, timedelta]:
    """Return how much time there is to answer before the goods are due, and by whose hours.

    Until the supplier's last working time before that day; where hardly any is left, until its last on the
    day itself; where it does not work by then either, until the day is over. Once that is too late as well,
    all the time there usually is.
    """
    for end in (arrival.begins, arrival.ends):
        left = working_time(calendar, started_at, end)
        if left >= min(usual, _LEAST):
            return calendar, min(usual, left)
    left = arrival.ends - started_at
    if left >= _LEAST:
        return Calendar(calendar.zone, _ALWAYS), min(usual, left)
    return calendar, usual


def latest(steps: Iterable[SomeStep]) -> tuple[SomeStep, list[SomeStep]]:
    """Return of steps that are all due the one to take, and those it makes needless.

    Whoever comes late does not send three reminders at once: the last one says it all.
    """
    *needless, last = sorted(steps, key=lambda step: step.due_at)
    return last, needless
