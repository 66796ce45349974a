"""Whether a worker's memory stays as it is over 50,000 deliveries, to nowhere: see deliveries.py."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from portal.bench.figures import Figure
from portal.bench.running import Stack, running

_MESSAGES = 50_000
# By then a worker has loaded what it needs.
_WARM = 5_000
_BAR = 10
_PATIENCE = 1800
_DELIVERED = (
    "SELECT count(*) FROM outbox_outboxmessage WHERE destination = 'nowhere' AND status = 'DELIVERED'"
)


def measure() -> Iterator[Figure]:
    """Yield by how many percent the memory of a busy worker process moved, and how fast they were."""
    with running(["postgres", "broker", "preparation", "workers"]) as stack:
        stack.manage("fill_nowhere", "--messages", str(_MESSAGES))
        samples, seconds = _watch(stack)
    moved = {
        pid: max(abs(sample[pid] - base) for sample in samples) / base * 100
        for pid, base in samples[0].items()
        if all(pid in sample for sample in samples)
    }
    worst = max(moved, key=moved.__getitem__)
    yield Figure(f"memory of a worker over {_MESSAGES:,} deliveries, moved by", moved[worst], "%", _BAR)
    yield Figure("memory of that process, not shared with others", samples[-1][worst] / 1024**2, "MB")
    yield Figure("deliveries to nowhere, 2 workers", (_MESSAGES - _WARM) / seconds, "/s")


def _watch(stack: Stack) -> tuple[list[dict[int, int]], float]:
    """Return bytes by busy process, twice a second, and the seconds; both from the warm state on."""
    samples: list[dict[int, int]] = []
    began = 0.0
    deadline = time.monotonic() + _PATIENCE
    with stack.database() as database:
        while time.monotonic() < deadline:
            (row,) = database.execute(_DELIVERED)
            if row[0] >= _WARM:
                began = began or time.monotonic()
                samples.append({pid: _private(pid) for pid in _busy(stack)})
            if row[0] >= _MESSAGES:
                return samples, time.monotonic() - began
            time.sleep(0.5)
    raise RuntimeError(f"{_MESSAGES} messages were not delivered within {_PATIENCE} s.")


def _busy(stack: Stack) -> list[int]:
    """Return the two processes below the workers' that have worked most: those that deliver."""
    (leader,) = stack.pids("workers")
    spent = {pid: seconds for pid, seconds in stack.family(leader).items() if pid != leader}
    return sorted(spent, key=spent.__getitem__)[-2:]


def _private(pid: int) -> int:
    """Return the bytes a process holds that it shares with no file or other process's memory."""
    _, resident, shared, *_ = Path(f"/proc/{pid}/statm").read_text().split()
    return (int(resident) - int(shared)) * os.sysconf("SC_PAGE_SIZE")
