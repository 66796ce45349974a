"""What is said about deadlines and their steps. Pure."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from orders.deadlines.lifecycle import DeadlineKind, StepCode

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


def moment_text(moment: datetime, zone: str) -> str:
    """Write a moment for a mail, in its reader's zone: "Thursday 26 November 2026, 14:00 (Europe/Berlin)"."""
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        zone, local = "UTC", moment.astimezone(ZoneInfo("UTC"))
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M} ({zone.replace('_', ' ')})"
