"""How long a change in the sandbox Odoo takes to the portal, with a webhook and without one."""

import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import psycopg

from portal.bench.click import Odoo
from portal.bench.figures import Figure, p50
from portal.bench.running import running

_CHANGES = 20
_POLL_SECONDS = 3  # as the demo's services have it
_WITH_HOOK_BAR, _ANSWER_BAR = 2, 100
_SERVICES = ["postgres", "broker", "odoo", "preparation", "web", "workers"]
_HELD = "SELECT quantity FROM purchasing_purchaseorderline WHERE odoo_id = %s"


def measure() -> Iterator[Figure]:
    """Yield the median times, and how long the receiver of webhooks takes to answer."""
    with running(_SERVICES, odoo_seed=("bench", "--orders", "60", "--lines", "2")) as stack:
        stack.manage("connect_bench", stack.place.odoo_url)
        odoo = Odoo(stack.place.odoo_url)
        with stack.database() as database:
            polled = []
            for line in range(1, _CHANGES + 1):
                # The change before was found by a poll a moment ago: this one comes anywhere in the interval.
                time.sleep(_POLL_SECONDS * line / _CHANGES)
                polled.append(_seconds(odoo, database, line))
            path = stack.manage("make_hook").strip()
            answers: list[float] = []

            def hint() -> None:
                answers.append(_call(stack.place.web_port, path))

            lines = range(_CHANGES + 1, 2 * _CHANGES + 1)
            hinted = [_seconds(odoo, database, line, then=hint) for line in lines]
    yield Figure("change in Odoo until the portal has it, webhook, median", p50(hinted), "s", _WITH_HOOK_BAR)
    yield Figure(f"the same without, asked every {_POLL_SECONDS} s, median", p50(polled), "s", _POLL_SECONDS)
    yield Figure(f"the same without, asked every {_POLL_SECONDS} s, slowest", max(polled), "s")
    yield Figure("answer to a webhook, median", p50(answers), "ms", _ANSWER_BAR)
    yield Figure("answer to a webhook, slowest", max(answers), "ms")


def _seconds(odoo: Odoo, database: psycopg.Connection[Any], line: int, *, then: Any = None) -> float:
    """Change a line's quantity as a buyer would; return the seconds until the portal holds it."""
    wanted = 500 + line
    began = time.perf_counter()
    odoo.change_line(line, quantity=wanted)
    if then:
        then()
    while True:
        row = database.execute(_HELD, [line]).fetchone()
        if row and row[0] == wanted:
            return time.perf_counter() - began
        if time.perf_counter() - began > 60:
            raise RuntimeError(f"The change of line {line} did not come within a minute.")
        time.sleep(0.02)


def _call(port: int, path: str) -> float:
    """Call the webhook as Odoo's automation rule does; return how many milliseconds the answer took."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    began = time.perf_counter()
    connection.request("POST", path, "{}", {"Content-Type": "application/json"})
    status = connection.getresponse().status
    took = (time.perf_counter() - began) * 1000
    connection.close()
    if status != 204:
        raise RuntimeError(f"The webhook was answered with {status}.")
    return took
