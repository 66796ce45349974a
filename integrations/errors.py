"""The only two ways another system can fail us: try later, or a person must look."""

from datetime import datetime
from enum import StrEnum


class FaultClass(StrEnum):
    """What kind of trouble it was, for the exception queue and the metrics."""

    CONNECTION = "connection"
    PERMISSION = "permission"
    DATA = "data"
    CONFLICT = "conflict"
    BUG = "bug"


class DeliveryError(Exception):
    """A call to another system did not do what was asked.

    ``sentence`` is for a person; ``detail`` is the technical text, shown folded.
    ``fault`` is the class of trouble.
    """

    default_fault = FaultClass.BUG

    def __init__(self, sentence: str, *, detail: str = "", fault: FaultClass | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail
        self.fault = fault or self.default_fault


class TryLater(DeliveryError):
    """Weather: the same call may succeed later (down, slow, busy, serialization conflict)."""

    default_fault = FaultClass.CONNECTION


class Unavailable(TryLater):
    """Known beforehand not to work before *retry_at* (away, paused, too many calls): nothing was asked.

    Whoever catches it waits until then and does not count it as an attempt.
    """

    def __init__(self, sentence: str, *, retry_at: datetime, detail: str = "") -> None:
        super().__init__(sentence, detail=detail)
        self.retry_at = retry_at


class NeedsAttention(DeliveryError):
    """A refusal: the same call will fail again until a person changes something."""

    default_fault = FaultClass.DATA
