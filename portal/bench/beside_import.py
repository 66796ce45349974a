"""Whether an acknowledgement reaches Odoo as soon while a bulk import of 100,000 rows runs beside it."""

import json
import time
from collections.abc import Iterator
from typing import Any

import psycopg

from portal.bench.browser import Browser
from portal.bench.cast import PASSWORD, SELLER
from portal.bench.click import Odoo, until_shown
from portal.bench.figures import Figure, p95
from portal.bench.running import Stack, running

_ORDERS, _LINES, _CLICKS = 20_000, 5, 250
_BAR = 25
# Quiet is below a third of one processor, looked at over some seconds; catching up takes a whole one.
_QUIET, _LOOK, _PATIENCE = 0.33, 5, 120
_SERVICES = ["postgres", "broker", "odoo", "preparation", "web", "workers"]
_READ = "SELECT sum(done) FROM odoo_importrun"
_RUNNING = "SELECT count(*) FROM odoo_importrun WHERE finished_at IS NULL"


def measure() -> Iterator[Figure]:
    """Yield the 95th percentile alone and beside the import, and by how many percent it moved."""
    seed = ("bench", "--orders", str(_ORDERS), "--lines", str(_LINES))
    with running(_SERVICES, odoo_seed=seed) as stack:
        made = json.loads(stack.manage("connect_bench", stack.place.odoo_url))
        _until_quiet(stack)
        with stack.database() as database:
            # PostgreSQL would do so within the minute after an import, in the midst of the clicks.
            database.execute("VACUUM ANALYZE")
        browser, odoo = Browser(stack.place.web_port), Odoo(stack.place.odoo_url)
        browser.log_in(SELLER, PASSWORD)
        orders = iter(made["waiting"])
        for _ in range(5):
            until_shown(browser, odoo, *next(orders))
        alone = p95([until_shown(browser, odoo, *next(orders)) for _ in range(_CLICKS)])
        with stack.database() as database:
            samples = []
            began, read = time.perf_counter(), _orders_read(database)
            for _ in range(_CLICKS):
                _keep_importing(stack, database)
                samples.append(until_shown(browser, odoo, *next(orders)))
            pace = _LINES * (_orders_read(database) - read) / (time.perf_counter() - began)
        beside = p95(samples)
    rows = _ORDERS * _LINES
    yield Figure("acknowledgement until Odoo has it, 95th percentile", alone, "s")
    yield Figure(f"the same beside an import of {rows:,} rows", beside, "s")
    yield Figure("rows that the import reads meanwhile", pace, "a second")
    yield Figure("the import moves it by", (beside / alone - 1) * 100, "%", _BAR)


def _until_quiet(stack: Stack) -> None:
    """Wait until what an import leaves to be read, receipts above all, was read; or there is no "alone".

    Raises RuntimeError when that takes too long.
    """
    deadline = time.monotonic() + _PATIENCE
    spent = stack.processor_seconds()
    while time.monotonic() < deadline:
        time.sleep(_LOOK)
        before, spent = spent, stack.processor_seconds()
        if (spent - before) / _LOOK < _QUIET:
            return
    raise RuntimeError(f"The services were still busy after {_PATIENCE} s.")


def _orders_read(database: psycopg.Connection[Any]) -> int:
    (row,) = database.execute(_READ)
    return int(row[0])


def _keep_importing(stack: Stack, database: psycopg.Connection[Any]) -> None:
    """See to it that an import runs; one that is through begins again."""
    (row,) = database.execute(_RUNNING)
    if not row[0]:
        stack.manage("import_again")
