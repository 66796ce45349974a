"""How long it takes to see what a policy would have done to 100,000 past answers."""

import json
from collections.abc import Iterator

from portal.bench.figures import Figure
from portal.bench.running import running

_ORDERS, _ANSWERS = 120_000, 100_000
_BAR_S = 3


def measure() -> Iterator[Figure]:
    """Yield the seconds from asking until the figures of every supplier are there."""
    with running(["postgres", "broker", "preparation"]) as stack:
        stack.manage("fill_volume", "--orders", str(_ORDERS))
        tried = json.loads(stack.manage("try_policy", "--answers", str(_ANSWERS)))
    if tried["answers"] < _ANSWERS or not tried["gained"]:
        raise RuntimeError(f"There were not enough answers to play: {tried}.")
    yield Figure(f"what-if over {tried['answers']:,} past answers", tried["seconds"], "s", _BAR_S)
