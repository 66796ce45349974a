"""One cell at work: a message under test, another of the same document behind it, and what became of both."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import timedelta
from random import Random

from django.conf import settings
from django.utils import timezone

from integrations.outbox import engine
from integrations.outbox.models import OutboxMessage, Status
from integrations.outbox.outcomes import Patience

# Longer than the longest pause between two attempts.
_PAUSE = timedelta(minutes=11)
_ROUNDS = 6


class Case(ABC):
    """A document with two messages; subclasses know the other side and look into it."""

    # The model and method whose call changes something on the other side.
    model, method = "", ""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.message_ids: list[int] = []

    @property
    @abstractmethod
    def document(self) -> str:
        """The outbox's name for it."""

    @abstractmethod
    def say_first(self) -> None:
        """Store the message under test as its action does."""

    @abstractmethod
    def say_second(self) -> None:
        """Store the message behind it."""

    @abstractmethod
    def held(self) -> int:
        """How often the other side holds what the first message asks for."""

    @abstractmethod
    def second_held(self) -> int:
        """The same for the second message."""

    @abstractmethod
    def strike(self, kind: str) -> None:
        """Let the first message's call fail once, in one of the sandbox's words."""

    @abstractmethod
    def has_struck(self) -> bool:
        """Whether the failure that was ordered has happened."""

    @abstractmethod
    def go_away(self) -> None:
        """Nobody listens on the other side any more."""

    @abstractmethod
    def come_back(self) -> None:
        """All is well again on the other side."""

    @abstractmethod
    def revoke_key(self) -> None:
        """The other side does not accept our key, or password, any more."""

    @abstractmethod
    def wait_for_late_calls(self) -> None:
        """Return when the other side has done what it was still about to do."""

    def remark(self) -> str:
        """What the table adds to "once"."""
        return ""

    def enqueue(self) -> None:
        """Store both."""
        self.say_first()
        self.say_second()

    @property
    def first(self) -> OutboxMessage:
        """The message under test, as it is now."""
        return OutboxMessage.objects.filter(document=self.document).order_by("pk")[0]

    @property
    def second(self) -> OutboxMessage:
        """The message behind it, as it is now."""
        return OutboxMessage.objects.filter(document=self.document).order_by("pk")[1]

    def deliver(self) -> None:
        """Let a worker look at the document, some minutes after the last one did."""
        patience = Patience(settings.OUTBOX_MAX_ATTEMPTS, Random(7))  # noqa: S311
        engine.deliver_document(self.document, now=self.now, patience=patience)
        self.now += _PAUSE

    def settle(self) -> str:
        """Let workers look until nothing moves any more; return what became of the first message."""
        for _ in range(_ROUNDS):
            self.deliver()
            first, second = self.first.status, self.second.status
            if first == Status.PARKED or (first, second) == (Status.DELIVERED, Status.DELIVERED):
                break
        self.wait_for_late_calls()
        return self.verdict()

    def send_again(self) -> str:
        """What a person does when the cause is settled; return what became of it then."""
        assert engine.retry([self.first.pk], by_name="Ada", now=self.now) == 1
        return self.settle()

    def verdict(self) -> str:
        """Compare the outbox with what the other side holds, and say it in the words of the table."""
        first, held = self.first, self.held()
        if held > 1:
            return "doubled"
        if first.status == Status.DELIVERED:
            if held == 0:
                return "lost"
            return f"once{self.remark()}" if self._second_followed() else "out of order"
        if self.second.attempts or self.second_held():
            return "out of order"
        return self._undelivered(first, held)

    @staticmethod
    def _undelivered(first: OutboxMessage, held: int) -> str:
        if first.status == Status.OBSOLETE:
            return "lost"
        if first.status == Status.SENDING:
            return "held by a worker"
        if first.attempts and not first.reason:
            return "silent"
        if first.status == Status.PARKED:
            return f"done, yet parked: {first.fault_class}" if held else f"parked: {first.fault_class}"
        return "waiting"

    def _second_followed(self) -> bool:
        first, second = self.first, self.second
        if second.status != Status.DELIVERED or first.delivered_at is None or second.first_sent_at is None:
            return False
        return self.second_held() == 1 and second.first_sent_at >= first.delivered_at


def until(true: Callable[[], object], *, seconds: float = 10) -> None:
    """Look again and again until something is true; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)
