"""Until when answers are due: told by whoever keeps the clocks, which this app does not know."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from suppliers.people.models import User

# Given orders that wait for their supplier, and who looks: when an answer to each is due.
AnswerTimes = Callable[[Collection[int], User], Mapping[int, datetime]]

_known: list[AnswerTimes] = []


def answer_times(reader: AnswerTimes) -> AnswerTimes:
    """Register the function below, in ``<app>/answer_times.py``, where start-up finds it."""
    _known.append(reader)
    return reader


def answers_due(order_ids: Collection[int], user: User) -> dict[int, datetime]:
    """Return when answers to these orders are due, as far as a clock runs; asks nothing about none."""
    found: dict[int, datetime] = {}
    if order_ids:
        for reader in _known:
            found |= reader(order_ids, user)
    return found
