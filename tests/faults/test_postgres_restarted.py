"""Our own database is restarted while a call is under way, or away when the outcome is to be marked."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.db import OperationalError, close_old_connections
from django.utils import timezone

from tests.faults import traps
from tests.faults.cases import Column
from tests.faults.processes import OwnPostgres

pytestmark = [pytest.mark.kills, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnPostgres]:
    """A PostgreSQL of this file's own."""
    folder = tmp_path_factory.mktemp("cluster")
    open_to_all(folder)
    cluster = OwnPostgres(folder)
    cluster.create()
    yield cluster
    cluster.remove()


@pytest.fixture
def postgres(db: None, cluster: OwnPostgres) -> Iterator[OwnPostgres]:
    """That PostgreSQL behind the connection of this test."""
    cluster.move_in()
    yield cluster
    cluster.move_out()


def open_to_all(folder: Path) -> None:
    """PostgreSQL never runs as root, and must be able to get to its data."""
    for path in (folder, folder.parent):
        path.chmod(path.stat().st_mode | 0o011)


def test_a_restart_during_the_call(column: Column, postgres, open_case, monkeypatch, enter):
    case = open_case(column)
    case.enqueue()
    with monkeypatch.context() as patch:
        traps.set_trap(case.model, case.method, after=once(postgres.restart), put=patch.setattr)
        case.deliver()
    outcome = case.settle()
    enter("PostgreSQL restarted", column, outcome)
    assert outcome == "once"


def test_it_is_away_when_the_outcome_is_known(column: Column, postgres, open_case, monkeypatch, enter):
    case = open_case(column)
    case.enqueue()
    with monkeypatch.context() as patch:
        traps.set_trap(case.model, case.method, after=once(postgres.stop), put=patch.setattr)
        with pytest.raises(OperationalError):
            case.deliver()
    postgres.start()
    # As each worker does before its next task.
    close_old_connections()
    case.now = timezone.now() + timedelta(seconds=configured.OUTBOX_LEASE_SECONDS)
    outcome = case.settle()
    enter("PostgreSQL away at the mark", column, outcome)
    assert outcome == ("once" if column.verb else "once, 2 copies")


def once(act):
    """Do something the first time only."""
    left = [act]
    return lambda: left.pop()() if left else None
