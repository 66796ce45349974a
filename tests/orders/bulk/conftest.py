"""What the tests of many lines at once share: lines of several orders, jobs, and a worker."""

from datetime import timedelta

import pytest

from orders.bulk.actions import TURNS, draw_up_wish, send_job
from orders.bulk.lifecycle import Operation
from orders.bulk.models import JobLine
from orders.bulk.rules import Wish
from orders.purchasing.models import PurchaseOrderLine
from tests import factories

LATER = factories.NOW + timedelta(minutes=5)
CONFIRM = Wish(Operation.CONFIRM)
WEEK_LATER = Wish(Operation.SHIFT, days=7, reason="The ship is late")


@pytest.fixture
def orders(cast):
    """Three orders of Northwind at Acme with two lines each."""
    return [factories.order(cast.acme, cast.northwind) for _ in range(3)]


@pytest.fixture
def ids(orders):
    """The ids of all their lines."""
    return list(
        PurchaseOrderLine.objects.filter(order__in=orders).order_by("pk").values_list("pk", flat=True)
    )


@pytest.fixture
def drawn_up(cast, ids):
    """Alice has a job drawn up: ``drawn_up(CONFIRM)``."""

    def draw_up(wish=CONFIRM, lines=None, *, by=None):
        chosen = ids if lines is None else lines
        return draw_up_wish(wish, chosen, by=by or cast.alice, selection="Chosen lines", at=factories.NOW)

    return draw_up


@pytest.fixture
def worked_off(cast):
    """Send a job and work it off; returns the results of its lines in their order."""

    def work(job, *, at=LATER, together=1):
        send_job(job, by=job.by, at=factories.NOW)
        while TURNS.next(job.pk, at=at, most=together):
            pass
        job.refresh_from_db()
        return results(job)

    return work


def results(job):
    """What became of the lines of a job, in their order."""
    return list(JobLine.objects.filter(job=job).values_list("result", flat=True))


def forecasts(job):
    """What the preview says of the lines of a job, in their order."""
    return list(JobLine.objects.filter(job=job).values_list("forecast", flat=True))
