"""What is said about deadlines and their steps. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orders.deadlines.lifecycle import DeadlineKind, StepCode
from orders.deadlines.rules import Terms

_TOLD = {
    StepCode.HALF: "{names} was reminded: half of the time to answer is over.",
    StepCode.NEARLY: "{names} was reminded: the answer is due soon.",
    StepCode.OVERDUE: "{names} was reminded: the answer is overdue.",
    StepCode.BACKUP: "{names} was told as second contact that the answer is overdue.",
    StepCode.BUYER: "{names} was told that the supplier has not answered.",
    StepCode.MANAGER: "{names} was told that the supplier has still not answered.",
}
_NOBODY = {
    StepCode.BACKUP: "The supplier has no second contact to be told that the answer is overdue.",
    StepCode.BUYER: "There is no buyer here to be told that the supplier has not answered.",
    StepCode.MANAGER: "There is no manager here to be told that the supplier has still not answered.",
}


def sentence_of_step(code: str, to: Sequence[object]) -> str:
    """Say who was told what at a step."""
    step = StepCode(code)
    if not to:
        return _NOBODY.get(step, "Nobody could be reminded: the supplier has no contact whose mail arrives.")
    names = " and ".join(str(person) for person in to)
    sentence = _TOLD[step].format(names=names)
    return sentence.replace(" was ", " were ", 1) if len(to) > 1 else sentence


def overdue_sentence(kind: str, supplier: str, number: str) -> str:
    """Say what a supplier owes whose deadline has passed."""
    if kind == DeadlineKind.RECONFIRM:
        return f"{supplier} has not confirmed again that order {number} comes as agreed."
    return f"{supplier} has not answered order {number}."


_FURTHER = {
    StepCode.BACKUP: "the supplier's second contact",
    StepCode.BUYER: "the buyer",
    StepCode.MANAGER: "the buyer's manager",
}


def hours_text(terms: Terms) -> str:
    """Say how long there is: "24 working hours to answer, 8 to confirm again"."""
    said = f"{_hours(terms.hours)} to answer"
    return f"{said}, {terms.again_hours} to confirm again" if terms.again_hours else said


def further_text(terms: Terms) -> str:
    """Say who is told after the deadline: "4 working hours later the buyer, then each 4 the manager"."""
    told = [_FURTHER[code] for code in terms.further]
    if not told:
        return "nobody else is told"
    first, *others = told
    said = f"{_hours(terms.interval)} after it {first} is told"
    if not others:
        return said
    return f"{said}, and after {terms.interval} more each {' and '.join(others)}"


def terms_text(terms: Terms) -> str:
    """Say all of it in one sentence without its full stop."""
    return f"{hours_text(terms)}; {further_text(terms)}"


def _hours(count: int) -> str:
    return f"{count} working hour{'' if count == 1 else 's'}"


def moment_text(moment: datetime, zone: str) -> str:
    """Write a moment for a mail, in its reader's zone: "Thursday 26 November 2026, 14:00 (Europe/Berlin)"."""
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        zone, local = "UTC", moment.astimezone(ZoneInfo("UTC"))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone.replace('_', ' ')})"
