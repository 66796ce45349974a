"""How much longer comparing every order line takes than reading the same rows raw through odoo-client-lib."""

import json
from collections.abc import Iterator

from portal.bench.figures import Figure
from portal.bench.first_import import read_raw
from portal.bench.running import running

_ORDERS, _LINES = 20_000, 5
_BAR = 1.2


def measure() -> Iterator[Figure]:
    """Yield both times and their ratio; raw is read before and after, and the quicker one counts."""
    seed = ("bench", "--orders", str(_ORDERS), "--lines", str(_LINES))
    count = _ORDERS * _LINES
    with running(["postgres", "broker", "odoo", "preparation"], odoo_seed=seed) as stack:
        stack.manage("connect_bench", stack.place.odoo_url)
        before = read_raw(stack.place.odoo_url, expected=count)
        compared = json.loads(stack.manage("compare_bench"))
        after = read_raw(stack.place.odoo_url, expected=count)
    if (compared["records"], compared["differences"]) != (count, 0):
        raise RuntimeError(f"Two equal sides were compared, and this was found: {compared}.")
    raw, seconds = min(before, after), compared["seconds"]
    yield Figure(f"reading {count:,} order lines raw through odoo-client-lib", raw, "s")
    yield Figure(f"comparing {compared['records']:,} order lines with Odoo", seconds, "s")
    yield Figure("comparison : raw read", seconds / raw, "×", _BAR)
    yield Figure("memory of the comparison beyond its start", compared["megabytes"], "MB")
