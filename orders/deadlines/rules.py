"""When a clock ends and what happens on the way, in a supplier's working hours. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from orders.deadlines.lifecycle import DeadlineKind, StepCode
from suppliers.calendars.rules import Calendar, NeverOpen, after_working_time


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


class Due(Protocol):
    """A step that is due."""

    due_at: datetime


SomeStep = TypeVar("SomeStep", bound=Due)


def plan(calendar: Calendar, started_at: datetime, terms: Terms, kind: str = DeadlineKind.ANSWER) -> Plan:
    """Return when an answer is due, and when who is told in the meantime and afterwards.

    Whoever is closed for years on end is held to an ordinary week: a clock must end.
    """
    whole, interval = timedelta(hours=terms.hours_for(kind)), timedelta(hours=terms.interval)
    amounts = {
        StepCode.HALF: whole / 2,
        StepCode.NEARLY: whole * 9 / 10,
        StepCode.OVERDUE: whole,
    } | {code: whole + number * interval for number, code in enumerate(terms.further, start=1)}
    try:
        steps = [(code, after_working_time(calendar, started_at, amount)) for code, amount in amounts.items()]
    except NeverOpen:
        return plan(replace(calendar, closures=()), started_at, terms, kind)
    return Plan(dict(steps)[StepCode.OVERDUE], tuple(steps))


def latest(steps: Iterable[SomeStep]) -> tuple[SomeStep, list[SomeStep]]:
    """Return of steps that are all due the one to take, and those it makes needless.

    Whoever comes late does not send three reminders at once: the last one says it all.
    """
    *needless, last = sorted(steps, key=lambda step: step.due_at)
    return last, needless
