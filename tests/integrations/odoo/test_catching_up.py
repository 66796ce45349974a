"""A first look at many receipts: page by page, the orders before each, and nothing skipped on the way."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.odoo import feed
from integrations.odoo.client import Access
from integrations.odoo.models import FeedCursor
from integrations.odoo.readers import Reader
from integrations.odoo.sandbox.server import SandboxServer
from integrations.odoo.subjects import Subject
from orders.purchasing import tasks
from tests.contract.stage import Stage

# By the portal's clock; the sandbox's is the real one.
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
LONG_AGO = datetime(2026, 3, 2, 8, tzinfo=UTC)
RECEIPTS = 6


class Mirror:
    """Keeps what the feed brings of orders and receipts, page by page."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, list[int]]] = []
        self.fail_at: int | None = None

    def readers(self) -> list[Reader]:
        return [Reader(subject, self._store(subject)) for subject in (Subject.ORDERS, Subject.RECEIPTS)]

    def _store(self, subject: Subject):
        def store(connection: Any, records: Any, /, *, now: datetime) -> int:
            if self.fail_at == len(self.pages):
                self.fail_at = None
                raise RuntimeError("the worker died")
            self.pages.append((str(subject), [record.odoo_id for record in records]))
            return len(records)

        return store

    def of(self, subject: Subject) -> list[int]:
        return [pk for what, ids in self.pages if what == subject for pk in ids]


@pytest.fixture(params=[18, 19], ids=["xmlrpc", "json2"])
def server(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    with SandboxServer(version=request.param) as sandbox:
        yield sandbox


@pytest.fixture
def stage(server: SandboxServer) -> Iterator[Stage]:
    opened = Stage(
        Access(server.url, server.database, server.service.login, server.service.api_key),
        Access(server.url, server.database, server.admin.login, server.admin.api_key),
        server,
    )
    yield opened
    opened.close()


@pytest.fixture
def receipts(server, stage, monkeypatch) -> list[int]:
    """Six receipts of long ago, a minute apart, with two to a page."""
    monkeypatch.setattr(feed, "PAGE", 2)
    found = [stage.receipts(stage.order())[0]["id"] for _ in range(RECEIPTS)]
    for number, pk in enumerate(found):
        write(server, pk, LONG_AGO + timedelta(minutes=number))
    return found


@pytest.fixture
def look(connection):
    """Poll once: ``look(mirror, seconds)`` after the test began."""

    def poll(mirror: Mirror, seconds: float = 0) -> feed.Look:
        found = feed.poll_all(connection, now=NOW + timedelta(seconds=seconds), readers=mirror.readers())
        assert found is not None
        return found

    return poll


def write(server: SandboxServer, receipt: int, at: datetime) -> None:
    with server.engine.transaction() as env:
        env.store.change("stock.picking", receipt, {"write_date": at.strftime("%Y-%m-%d %H:%M:%S.%f")})


def test_each_poll_reads_one_page_and_the_orders_first(stage, receipts, look):
    mirror = Mirror()
    assert look(mirror).unfinished
    assert len(mirror.of(Subject.RECEIPTS)) in (1, 2)
    mirror.pages.clear()

    new = stage.order()
    assert look(mirror, 1).unfinished
    assert new in mirror.of(Subject.ORDERS)
    assert [what for what, _ in mirror.pages].index("receipts") == len(mirror.pages) - 1


def test_nothing_is_skipped_and_nothing_read_twice(receipts, look):
    mirror = Mirror()
    polls = 0
    while look(mirror, polls).unfinished:
        polls += 1
        assert polls < 20
    assert polls >= 3
    assert mirror.of(Subject.RECEIPTS) == receipts


@pytest.mark.parametrize("gap", [timedelta(0), timedelta(milliseconds=300), timedelta(seconds=20)])
def test_also_where_one_transaction_wrote_them_all(server, receipts, look, gap):
    # In an order that is not that of the ids: within a second a page goes by id.
    for number, pk in enumerate(reversed(receipts)):
        write(server, pk, LONG_AGO + number * gap)
    mirror = Mirror()
    polls = 0
    while look(mirror, polls).unfinished:
        polls += 1
        assert polls < 20
    assert sorted(mirror.of(Subject.RECEIPTS)) == receipts


def test_a_worker_that_died_loses_nothing(receipts, look):
    mirror = Mirror()
    look(mirror)
    mirror.fail_at = len(mirror.pages)
    with pytest.raises(RuntimeError):
        look(mirror, 1)
    seconds = 2
    while look(mirror, seconds).unfinished:
        seconds += 1
    assert mirror.of(Subject.RECEIPTS) == receipts


def test_what_was_written_just_now_is_read_to_the_end(server, receipts, look):
    for pk in receipts:
        write(server, pk, datetime.now(UTC) - timedelta(seconds=5))
    mirror = Mirror()
    assert not look(mirror).unfinished
    assert sorted(mirror.of(Subject.RECEIPTS)) == receipts


def test_what_is_read_again_does_not_move_the_position_back(server, receipts, look, connection):
    """The newest receipt is fresh, and more than a page lies within the overlap before it."""
    now = datetime.now(UTC)
    for number, pk in enumerate(receipts):
        write(server, pk, now - timedelta(seconds=80 - 10 * number))
    mirror = Mirror()
    seconds = 0
    while look(mirror, seconds).unfinished:
        seconds += 1
    reached = FeedCursor.objects.get(model="stock.picking").last_id
    late = receipts[2]
    write(server, late, now - timedelta(seconds=35))
    mirror.pages.clear()
    assert not look(mirror, seconds + 1).unfinished
    assert late in mirror.of(Subject.RECEIPTS)
    assert FeedCursor.objects.get(model="stock.picking").last_id == reached


def test_after_it_has_caught_up_fresh_positions_are_read_again(server, receipts, look):
    mirror = Mirror()
    seconds = 0
    while look(mirror, seconds).unfinished:
        seconds += 1
    assert FeedCursor.objects.get(model="stock.picking").advanced_at is not None


def test_the_poll_hands_the_rest_to_the_bulk_queue(receipts, connection, monkeypatch):
    sent: list[Any] = []
    monkeypatch.setattr(tasks.catch_up, "apply_async", lambda **options: sent.append(options))
    tasks.pull_changes_of(connection_id=connection.pk)
    assert sent == [{"kwargs": {"connection_id": connection.pk}, "expires": 30}]

    sent.clear()
    tasks.catch_up(connection_id=connection.pk)
    tasks.pull_changes_of(connection_id=connection.pk)
    assert sent == []
