"""What becomes of a message after an attempt: pure rules over what the handler returned or raised."""

import json
import traceback
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import InterfaceError, OperationalError

from integrations.errors import DeliveryError, FaultClass, TryLater, Unavailable
from integrations.masking import masked_text
from integrations.outbox.delivery import Overtaken
from integrations.outbox.models import Status

_BASE, _CAP = timedelta(seconds=2), timedelta(minutes=10)
_LONGEST_DETAIL = 20_000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is marked on the message."""

    status: Status
    reason: str = ""
    detail: str = ""
    fault_class: str = ""
    due_at: datetime | None = None
    result: Any = None
    counts: bool = True  # whether the attempt is one; handed back untried, it is not

    @property
    def lets_followers_pass(self) -> bool:
        """Whether the document goes on with its next message."""
        return self.status in {Status.DELIVERED, Status.OBSOLETE}


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a message is tried, and the source of chance that spreads the attempts."""

    max_attempts: int
    chance: Random

    def wait(self, attempts: int) -> timedelta:
        """Return the pause after so many attempts: exponential with full jitter, 2 s up to 10 min.

        Full jitter spreads the return of many documents after an outage evenly over the pause.
        """
        return self.chance.random() * min(_CAP, _BASE * 2 ** min(attempts - 1, 20))


def after_success(result: dict[str, Any] | None) -> Outcome:
    """Return DELIVERED with what was read back. Raises TypeError or ValueError when it is not JSON."""
    text = json.dumps(result, cls=DjangoJSONEncoder, allow_nan=False)
    # PostgreSQL stores no NUL character, and other systems' texts may hold one.
    return Outcome(Status.DELIVERED, result=json.loads(text.replace("\\u0000", "")))


def after_failure(error: Exception, *, attempts: int, now: datetime, patience: Patience) -> Outcome:
    """Return what the error of the attempt number *attempts*, raised by the handler, means."""
    match error:
        case Overtaken():
            return Outcome(Status.OBSOLETE, reason=_clean(str(error)))
        case Unavailable():
            return Outcome(
                Status.PENDING,
                reason=_clean(error.sentence),
                detail=_detail(error),
                fault_class=error.fault,
                due_at=error.retry_at,
                counts=False,
            )
        case TryLater():
            return _later(error.sentence, _detail(error), error.fault, attempts, now, patience)
        case OperationalError() | InterfaceError():
            sentence = "The portal's own database did not answer in time."
            return _later(sentence, _traceback(error), FaultClass.CONNECTION, attempts, now, patience)
        case DeliveryError():
            return _parked(error.sentence, _detail(error), error.fault)
    sentence = f"The portal made a mistake here ({type(error).__name__}). It is safe to send this again."
    return _parked(sentence, _traceback(error), FaultClass.BUG)


def after_lost_workers(max_attempts: int) -> Outcome:
    """Return PARKED for a message whose last worker never came back: it may be what kills them."""
    sentence = f"Gave up after {max_attempts} attempts: the last worker that took this never came back."
    return _parked(sentence, "", FaultClass.BUG)


def _later(
    sentence: str, detail: str, fault: FaultClass, attempts: int, now: datetime, patience: Patience
) -> Outcome:
    if attempts >= patience.max_attempts:
        return _parked(f"Gave up after {attempts} attempts. {sentence}", detail, fault)
    due_at = now + patience.wait(attempts)
    return Outcome(Status.PENDING, reason=_clean(sentence), detail=detail, fault_class=fault, due_at=due_at)


def _parked(sentence: str, detail: str, fault: FaultClass) -> Outcome:
    reason = _clean(sentence) or "It failed without saying why."
    return Outcome(Status.PARKED, reason=reason, detail=detail, fault_class=fault)


def _detail(error: DeliveryError) -> str:
    if error.detail or error.__cause__ is None:
        return _clean(error.detail)
    return _clean("".join(traceback.format_exception_only(error.__cause__)))


def _traceback(error: Exception) -> str:
    return _clean("".join(traceback.format_exception(error)))


def _clean(text: str) -> str:
    """Mask secrets, drop what PostgreSQL cannot store, keep the end, where a traceback says what happened."""
    return masked_text(text).replace("\x00", "")[-_LONGEST_DETAIL:]
