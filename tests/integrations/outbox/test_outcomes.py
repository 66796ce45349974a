"""How long a message waits and when a person is called, as arithmetic."""

from datetime import timedelta
from random import Random

import pytest

from integrations.errors import FaultClass, NeedsAttention, TryLater
from integrations.outbox.models import Status
from integrations.outbox.outcomes import Patience, after_failure
from tests.integrations.outbox.conftest import NOW


class _Highest(Random):
    """Chance at its upper end."""

    def random(self) -> float:
        """Return just about one."""
        return 1.0


HIGHEST = Patience(max_attempts=12, chance=_Highest())


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (8, 256), (9, 512), (10, 600), (11, 600), (5000, 600)]
)
def test_the_pause_doubles_up_to_ten_minutes(attempts, seconds):
    assert HIGHEST.wait(attempts) == timedelta(seconds=seconds)


def test_the_pause_is_spread_evenly_by_chance():
    patience = Patience(max_attempts=12, chance=Random(7))  # noqa: S311
    waits = [patience.wait(4).total_seconds() for _ in range(4000)]
    assert 0 <= min(waits) < 0.1
    assert 15.9 < max(waits) <= 16
    assert 7.7 < sum(waits) / len(waits) < 8.3


@pytest.mark.parametrize(
    ("attempts", "status"), [(1, Status.PENDING), (11, Status.PENDING), (12, Status.PARKED)]
)
def test_the_last_attempt_calls_a_person(attempts, status):
    outcome = after_failure(TryLater("It is down."), attempts=attempts, now=NOW, patience=HIGHEST)
    assert outcome.status == status
    assert (outcome.due_at is None) is (status == Status.PARKED)


def test_a_refusal_without_words_still_has_a_reason():
    outcome = after_failure(NeedsAttention(""), attempts=1, now=NOW, patience=HIGHEST)
    assert outcome.reason == "It failed without saying why."


def test_the_cause_stands_in_for_a_missing_detail():
    error = TryLater("It is down.")
    error.__cause__ = ConnectionRefusedError(111, "Connection refused")
    outcome = after_failure(error, attempts=1, now=NOW, patience=HIGHEST)
    assert outcome.detail == "ConnectionRefusedError: [Errno 111] Connection refused\n"


def test_the_end_of_a_very_long_detail_is_kept():
    error = NeedsAttention("No.", detail="x" * 50_000 + "the end", fault=FaultClass.CONFLICT)
    outcome = after_failure(error, attempts=1, now=NOW, patience=HIGHEST)
    assert outcome.detail.endswith("the end")
    assert len(outcome.detail) == 20_000
