"""What the tests of deadlines share: an order that was asked and mailed on Monday, and a clock to turn.

Acme has said nothing about its hours: Monday to Friday from 8 to 12 and from 13 to 17 in Brussels are
assumed. Monday 23 November 2026, 10:00 there, and 24 working hours, make it Thursday 10:00.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from orders.deadlines.actions import start_clocks, stop_clocks, take_steps
from orders.deadlines.models import Deadline
from orders.purchasing.mail import tell_supplier_of_new_order
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Notice
from suppliers.people.models import Role
from tests import factories

BRUSSELS = ZoneInfo("Europe/Brussels")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in Brussels."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BRUSSELS)


MONDAY, HALF, NEARLY = at(23, 10), at(24, 15), at(25, 16, 36)
DUE, BACKUP, BUYER, MANAGER = at(26, 10), at(26, 15), at(27, 10), at(27, 15)


@pytest.fixture
def max_(cast):
    """Manages purchasing at Northwind."""
    return factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)


@pytest.fixture
def deliver():
    """Mark what waits as sent: ``deliver(at)``; only to some: ``deliver(at, to=[cast.alice])``."""

    def sent(when, *, to=None):
        waiting = Notice.objects.filter(state=NoticeState.WAITING)
        if to is not None:
            waiting = waiting.filter(to_user__in=to)
        waiting.update(state=NoticeState.SENT, sent_at=when)

    return sent


@pytest.fixture
def keep():
    """Do what the scheduler does each minute, at a moment."""

    def run(now: datetime) -> int:
        stop_clocks(now=now)
        start_clocks(now=now)
        return take_steps(now=now)

    return run


@pytest.fixture
def asked(order, deliver, keep) -> Deadline:
    """The order was mailed to Alice and Olivia at ten on Monday, and its clock runs."""
    tell_supplier_of_new_order(order, list(order.lines.all()), at=MONDAY)
    deliver(MONDAY)
    keep(MONDAY + timedelta(minutes=1))
    return Deadline.objects.get()


@pytest.fixture
def told():
    """Return who was told by each event since: ``told("order_reminder")`` → names in their order."""

    def names(*events):
        rows = Notice.objects.filter(event__in=events or ["order_reminder", "order_silent"])
        return list(rows.order_by("pk").values_list("to_name", flat=True))

    return names
