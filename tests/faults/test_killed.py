"""The worker is killed around the call: real processes, really killed, and the next one finishes the work."""

import signal
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings as configured
from django.utils import timezone

from integrations.outbox.models import Status
from tests.faults import traps
from tests.faults.cases import Column
from tests.integrations.outbox import traps as steps
from tests.integrations.outbox.nursery import Nursery, open_nursery

pytestmark = [pytest.mark.kills, pytest.mark.django_db(transaction=True)]

# When the worker dies, and whether what it has sent by then is sent again where nobody can be asked: by mail.
MOMENTS = {
    "killed before the call": False,
    "killed after the call": True,
    "killed before the mark": False,
}


@pytest.fixture(scope="module")
def nursery(django_db_setup, mailroom) -> Iterator[Nursery]:
    """Worker processes on the test's database, with the test's mail server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
        patch.setenv("EMAIL_HOST", "127.0.0.1")
        patch.setenv("EMAIL_PORT", str(mailroom.port))
        modules = (traps.MODULE, steps.MODULE, "integrations.outbox.tasks")
        with open_nursery(*modules) as nursery:
            yield nursery


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.replace(" ", "-"))
def test_another_worker_finishes_what_a_killed_one_began(moment, column: Column, open_case, nursery, enter):
    case = open_case(column)
    case.enqueue()
    arguments = {"model": case.model, "method": case.method}
    trap = f"{traps.MODULE}:die_{'before' if moment.endswith('before the call') else 'after'}_call"
    if moment.endswith("mark"):
        trap = f"{steps.MODULE}:die_before"
        arguments = {"step": "integrations.outbox.engine:mark", "time": 1}
    assert nursery.run_worker(case.document, trap, **arguments) == -signal.SIGKILL
    assert case.first.status == Status.SENDING
    assert case.held() == (0 if moment.endswith("before the call") else 1)
    case.now = timezone.now() + timedelta(seconds=configured.OUTBOX_LEASE_SECONDS)
    outcome = case.settle()
    enter(moment, column, outcome)
    sent_again = column.verb is None and MOMENTS[moment]
    assert outcome == ("once, 2 copies" if sent_again else "once")
