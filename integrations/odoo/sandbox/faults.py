"""Faults on order: the sandbox can be told to fail in the ways real servers and networks fail."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KINDS = {
    "down": "the connection is reset without an answer; nothing is done",
    "refuse": "AccessError; nothing is done",
    "slow": "the call is done after `seconds`",
    "lost_reply": "the call is done and committed, then the connection is closed without an answer",
    "cut_reply": "the call is done and committed, half of the answer is sent",
    "duplicate": "the call is done twice, the second answer is sent",
    "key_revoked": "the key is refused; nothing is done",
    "serialization": "a write conflict after Odoo's own retries; nothing is done",
    "error_500": "an HTML page with status 500; nothing is done",
}


@dataclass
class Fault:
    """One order to fail."""

    kind: str
    # Only calls of this model and method; "" = any.
    model: str = ""
    method: str = ""
    # How many calls still fail; None = until cleared.
    times: int | None = 1
    # For `slow`.
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind of fault {self.kind!r}; known: {', '.join(KINDS)}")

    def fits(self, model: str, method: str) -> bool:
        """Whether it concerns this call."""
        return self.model in ("", model) and self.method in ("", method)


@dataclass(frozen=True)
class Call:
    """One call that reached the sandbox."""

    number: int
    at: str
    door: str
    uid: int | None
    model: str
    method: str
    ids: list[int]
    # "" when it went well, else the error's class; "fault:<kind>" when it was made to fail.
    error: str
    ms: float


class Faults:
    """The faults on order. Thread-safe."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self._lock = threading.Lock()

    def add(
        self, kind: str, *, model: str = "", method: str = "", times: int | None = 1, seconds: float = 0.0
    ) -> None:
        """Order a fault. Raises ValueError for an unknown kind."""
        with self._lock:
            self._orders.append(Fault(kind, model, method, times, seconds))

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._orders.clear()

    def take(self, model: str, method: str) -> Fault | None:
        """The fault for this call, counted down."""
        with self._lock:
            for fault in self._orders:
                if fault.fits(model, method):
                    if fault.times is not None:
                        fault.times -= 1
                        if fault.times <= 0:
                            self._orders.remove(fault)
                    return fault
        return None

    def listed(self) -> list[dict[str, Any]]:
        """What is on order."""
        with self._lock:
            return [asdict(fault) for fault in self._orders]


class CallLog:
    """The last ten thousand calls, numbered from 1. Thread-safe."""

    def __init__(self) -> None:
        self._calls: deque[Call] = deque(maxlen=10_000)
        self._number = 0
        self._lock = threading.Lock()

    def add(self, **details: Any) -> None:
        """Note one call."""
        with self._lock:
            self._number += 1
            self._calls.append(Call(number=self._number, **details))

    @property
    def last(self) -> int:
        """Number of the newest call."""
        return self._number

    def after(self, number: int = 0) -> list[Call]:
        """Calls newer than `number`, oldest first."""
        with self._lock:
            return [call for call in self._calls if call.number > number]
