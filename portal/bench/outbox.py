"""How fast a full outbox empties into the sandbox Odoo, and what the portal adds to the calls themselves."""

import json
import time
from collections.abc import Iterator

from portal.bench.figures import Figure, p50
from portal.bench.running import Stack, running

_DOCUMENTS, _EACH = 200, 5
_RATE_BAR, _OVERHEAD_BAR = 150, 5
_PATIENCE = 300
_BASE = ["postgres", "broker", "odoo", "preparation"]
_SPEED = """
SELECT count(*) FILTER (WHERE status = 'DELIVERED'), count(*) FILTER (WHERE status <> 'DELIVERED'),
       extract(epoch FROM max(delivered_at) - min(first_sent_at))
  FROM outbox_outboxmessage WHERE destination LIKE 'odoo:%'
"""


def measure() -> Iterator[Figure]:
    """Yield deliveries a second of two worker processes, over each protocol, and the overhead of one."""
    for version, protocol in (("18", "XML-RPC"), ("19", "JSON-2")):
        with running(_BASE, odoo_seed=seed(_DOCUMENTS, version)) as stack:
            waiting = fill(stack, orders=_DOCUMENTS)
            if waiting != {"messages": _DOCUMENTS * _EACH, "documents": _DOCUMENTS}:
                raise RuntimeError(f"Something else waits than was to wait: {waiting}.")
            stack.start("workers")
            before = stack.processor_seconds()
            seconds = until_delivered(stack)
            spent = stack.processor_seconds() - before
        rate = waiting["messages"] / seconds
        what = f"{waiting['messages']:,} messages of {_DOCUMENTS} orders, 2 workers, {protocol}"
        yield Figure(what, rate, "/s", _RATE_BAR, at_least=True)
        what = f"processor time per delivery, Odoo and all, {protocol}"
        yield Figure(what, spent / waiting["messages"] * 1000, "ms")
    with running(_BASE, odoo_seed=seed(_DOCUMENTS // 2, "18")) as stack:
        fill(stack, orders=_DOCUMENTS // 2)
        found = json.loads(stack.manage("deliver_outbox"))
    yield Figure("portal's part of a delivery, median", p50(found["overhead_ms"]), "ms", _OVERHEAD_BAR)
    yield Figure("portal's part of a delivery, processor time", found["overhead_cpu_ms"], "ms")
    yield Figure("calls to Odoo per delivery", found["calls"], "")


def seed(orders: int, version: str) -> tuple[str, ...]:
    """Return what a sandbox is to be filled with."""
    return ("bench", "--orders", str(orders), "--lines", str(_EACH), "--version", version)


def fill(stack: Stack, *, orders: int) -> dict[str, int]:
    """Connect, import and let the seller answer each line of so many orders; return what waits."""
    stack.manage("connect_bench", stack.place.odoo_url)
    return json.loads(stack.manage("fill_outbox", "--orders", str(orders)))


def until_delivered(stack: Stack) -> float:
    """Wait until nothing waits; return the seconds from the first attempt to the last delivery.

    Raises RuntimeError when that does not come about.
    """
    deadline = time.monotonic() + _PATIENCE
    with stack.database() as database:
        while time.monotonic() < deadline:
            (row,) = database.execute(_SPEED)
            delivered, left, seconds = row
            if delivered and not left:
                return float(seconds)
            time.sleep(0.5)
    raise RuntimeError(f"{left} messages were not delivered within {_PATIENCE} s.")
