"""The change feed: nothing skipped, nothing read by two at once, cursors only after the orders are stored."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.errors import NeedsAttention, TryLater
from integrations.odoo import feed, reading
from integrations.odoo.client import Access
from integrations.odoo.lease import LeaseLost, feed_lease
from integrations.odoo.models import FeedCursor, ImportRun, OdooConnection
from integrations.odoo.records import OrderRecord
from integrations.odoo.sandbox.server import SandboxServer
from integrations.priority import is_yielding, yielding
from tests.contract.stage import Stage

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Store:
    """Keeps what it is given, as the portal would; may fail on the way."""

    def __init__(self) -> None:
        self.orders: dict[int, OrderRecord] = {}
        self.pages: list[list[int]] = []
        self.fail_at: int | None = None

    def __call__(self, records: list[OrderRecord]) -> int:
        if self.fail_at == len(self.pages):
            self.fail_at = None
            raise RuntimeError("the worker died")
        self.pages.append([record.odoo_id for record in records])
        differing = [record for record in records if self.orders.get(record.odoo_id) != record]
        self.orders |= {record.odoo_id: record for record in records}
        return len(differing)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture(params=[18, 19], ids=["xmlrpc", "json2"])
def server(request: pytest.FixtureRequest) -> Iterator[SandboxServer]:
    """A sandbox of the test's own: a first look reads everything there is."""
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


def poll(connection: OdooConnection, store: Store) -> int:
    return feed.poll(connection, apply=store, now=NOW)


def test_a_poll_brings_new_and_changed_orders(stage, connection, store):
    first = stage.order()
    assert poll(connection, store) == 1
    second = stage.order()
    stage.do("purchase.order", "write", first, vals={"partner_ref": "SO-1"})
    assert poll(connection, store) == 2
    assert store.orders[first].supplier_reference == "SO-1"
    assert second in store.orders


def test_a_line_changed_without_its_order_is_brought(stage, connection, store):
    order = stage.order(lines=2)
    poll(connection, store)
    line = store.orders[order].lines[0]
    stage.do("purchase.order.line", "write", line.odoo_id, vals={"name": "Hex bolt, black"})
    assert poll(connection, store) == 1
    assert store.orders[order].lines[0].description == "Hex bolt, black"


def test_what_is_known_counts_as_nothing_new(stage, connection, store):
    stage.order()
    poll(connection, store)
    assert poll(connection, store) == 0


def test_cursors_stand_still_when_the_orders_were_not_stored(stage, connection, store):
    order = stage.order()
    store.fail_at = 0
    with pytest.raises(RuntimeError):
        poll(connection, store)
    assert not FeedCursor.objects.exists()
    poll(connection, store)
    assert order in store.orders


def test_the_lease_is_given_back_after_a_failure(stage, connection, store):
    stage.order()
    store.fail_at = 0
    with pytest.raises(RuntimeError):
        poll(connection, store)
    connection.refresh_from_db()
    assert connection.feed_lease is None


def test_only_one_reads_a_feed_at_a_time(stage, connection, store):
    stage.order()
    with feed_lease(connection.pk) as lease:
        assert lease is not None
        assert poll(connection, store) == 0
    assert store.pages == []
    assert poll(connection, store) == 1


def test_a_lease_that_ran_out_is_taken_over_and_its_holder_told(connection):
    with feed_lease(connection.pk) as late:
        OdooConnection.objects.update(feed_leased_until=datetime.now(UTC) - timedelta(seconds=1))
        with feed_lease(connection.pk) as taker:
            assert taker is not None
            assert late is not None
            with pytest.raises(LeaseLost):
                late.renew()
            taker.renew()


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def calls_of(server: SandboxServer, do: Callable[[], Any]) -> list[tuple[str, str]]:
    """Do something and return the calls it cost."""
    before = server.calls.last
    do()
    return [(call.model, call.method) for call in server.calls.after(before)]


def test_the_cursor_holds_the_newest_row_itself(stage, connection, store):
    order = stage.order()
    poll(connection, store)
    cursor = FeedCursor.objects.get(model="purchase.order")
    assert (cursor.write_date, cursor.last_id) == (store.orders[order].written_at, order)
    assert cursor.advanced_at == NOW


def test_a_fresh_position_is_read_again_for_what_may_have_been_written_late(stage, connection, store):
    order = stage.order()
    poll(connection, store)
    feed.poll(connection, apply=store, now=later(119))
    assert store.pages == [[order], [order]]
    assert FeedCursor.objects.get(model="purchase.order").advanced_at == NOW


def test_after_a_quiet_time_nothing_is_read_again(stage, server, connection, store):
    for _ in range(3):
        stage.order(lines=2)
    poll(connection, store)
    calls = calls_of(server, lambda: feed.poll(connection, apply=store, now=later(120)))
    assert calls == [("purchase.order", "search_read"), ("purchase.order.line", "search_read")]
    assert len(store.pages) == 1


def test_after_a_quiet_time_what_is_new_is_still_found(stage, connection, store):
    stage.order()
    poll(connection, store)
    second = stage.order()  # in the same second, most likely
    assert feed.poll(connection, apply=store, now=later(900)) == 1
    assert second in store.orders


def test_a_row_that_turns_up_late_with_an_earlier_date_is_found(stage, server, connection, store):
    stage.order()
    late = stage.order()
    poll(connection, store)
    earlier = store.orders[late].written_at - timedelta(seconds=40)
    stage.do("purchase.order", "write", late, vals={"partner_ref": "SO-3"})
    backdate(server, late, earlier)
    assert feed.poll(connection, apply=store, now=later(30)) == 1
    assert store.orders[late].supplier_reference == "SO-3"


def test_what_changes_later_in_the_same_second_under_a_smaller_id_is_found(stage, server, connection, store):
    first, second = stage.order(), stage.order()
    poll(connection, store)
    at = store.orders[second].written_at
    stage.do("purchase.order", "write", first, vals={"partner_ref": "SO-4"})
    backdate(server, first, at + timedelta(microseconds=999_000))
    backdate(server, second, at)
    assert feed.poll(connection, apply=store, now=later(1)) == 1
    assert store.orders[first].supplier_reference == "SO-4"


def backdate(server: SandboxServer, order: int, at: datetime) -> None:
    """Give a row the write_date of a transaction that began earlier than it ended."""
    with server.engine.transaction() as env:
        env.store.change("purchase.order", order, {"write_date": at.strftime("%Y-%m-%d %H:%M:%S.%f")})


def test_a_first_import_brings_all_and_counts(stage, connection, store, monkeypatch):
    monkeypatch.setattr(feed, "IMPORT_PAGE", 2)
    orders = [stage.order() for _ in range(5)]
    run = feed.import_all(connection, apply=store, now=NOW)
    assert run is not None
    assert (run.total, run.done, run.finished_at) == (5, 5, NOW)
    assert sorted(store.orders) == orders
    assert [len(page) for page in store.pages] == [2, 2, 1]


@pytest.mark.parametrize(("met", "sizes"), [(False, [1, 2, 4, 3]), (True, [1] * 10)])
def test_the_pages_of_an_import_grow_while_nobody_is_met(stage, connection, store, monkeypatch, met, sizes):
    monkeypatch.setattr(feed, "IMPORT_PAGE", 4)
    monkeypatch.setattr(reading, "BESIDE_PEOPLE", 1)
    monkeypatch.setattr(reading, "let_people_go_first", lambda: met)
    for _ in range(10):
        stage.order()
    feed.import_all(connection, apply=store, now=NOW)
    assert [len(page) for page in store.pages] == sizes


def test_the_reader_ahead_yields_as_its_import_does(stage, connection, store, monkeypatch):
    monkeypatch.setattr(feed, "IMPORT_PAGE", 2)
    seen = set()
    search = reading.OrderReader._search_orders

    def noting(*args: Any, **kwargs: Any) -> Any:
        seen.add((threading.current_thread().name, is_yielding()))
        return search(*args, **kwargs)

    monkeypatch.setattr(reading.OrderReader, "_search_orders", noting)
    for _ in range(3):
        stage.order()
    with yielding():
        feed.import_all(connection, apply=store, now=NOW)
    assert {yields for _, yields in seen} == {True}
    assert any(name.startswith("odoo-read-ahead") for name, _ in seen)


def test_an_import_that_died_goes_on_where_it_stopped(stage, connection, store, monkeypatch):
    monkeypatch.setattr(feed, "IMPORT_PAGE", 2)
    orders = [stage.order() for _ in range(5)]
    store.fail_at = 1
    with pytest.raises(RuntimeError):
        feed.import_all(connection, apply=store, now=NOW)
    feed.import_all(connection, apply=store, now=NOW)
    assert store.pages == [orders[:2], orders[2:4], orders[4:]]
    assert ImportRun.objects.get().done == 5


def test_what_changes_during_an_import_comes_with_the_next_poll(stage, connection, store):
    first = stage.order()

    def changed_behind_its_back(records: list[OrderRecord]) -> int:
        stored = store(records)
        stage.do("purchase.order", "write", first, vals={"partner_ref": "SO-2"})
        return stored

    feed.import_all(connection, apply=changed_behind_its_back, now=NOW)
    assert store.orders[first].supplier_reference == ""
    assert poll(connection, store) == 1
    assert store.orders[first].supplier_reference == "SO-2"


def test_trouble_is_noted_on_the_connection_until_it_is_over(stage, server, connection, store):
    stage.order()
    server.faults.add("down", model="purchase.order", method="search_read")
    with pytest.raises(TryLater):
        poll(connection, store)
    connection.refresh_from_db()
    assert connection.last_fault
    poll(connection, store)
    connection.refresh_from_db()
    assert connection.last_fault == ""
    assert connection.last_seen_at == NOW


def test_a_connection_that_is_switched_off_is_not_read(stage, connection, store):
    connection.is_active = False
    with pytest.raises(NeedsAttention, match="switched off"):
        poll(connection, store)


@pytest.mark.django_db(transaction=True)
def test_a_feed_is_not_read_inside_a_transaction(stage, connection, store, django_db_blocker):
    from django.db import transaction  # noqa: PLC0415

    with transaction.atomic(), pytest.raises(RuntimeError):
        poll(connection, store)
