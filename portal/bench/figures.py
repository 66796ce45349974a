"""A measured figure, its bar, and the table they are printed in."""

import os
import platform
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from portal.stack.postgres import binaries


@dataclass(frozen=True, slots=True)
class Figure:
    """Something measured. ``bar`` is the most it may be (with ``at_least`` the least); None: information."""

    what: str
    measured: float
    unit: str
    bar: float | None = None
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the bar is reached."""
        if self.bar is None:
            return True
        return self.measured >= self.bar if self.at_least else self.measured <= self.bar

    def row(self) -> str:
        """Return the figure as a line of the table."""
        bar = "" if self.bar is None else f"{'≥' if self.at_least else '≤'} {self.bar:g}"
        verdict = "" if self.bar is None else ("reached" if self.reached else "MISSED")
        return f"{self.what:<58} {self.measured:>9.4g} {self.unit:<8} {bar:>8}  {verdict}"


def p50(samples: Sequence[float]) -> float:
    """The median."""
    return median(samples)


def p95(samples: Sequence[float]) -> float:
    """The 95th percentile."""
    return quantiles(samples, n=100, method="inclusive")[94]


def p99(samples: Sequence[float]) -> float:
    """The 99th percentile."""
    return quantiles(samples, n=100, method="inclusive")[98]


def table(figures: Sequence[Figure]) -> str:
    """Return all figures, one per line, under a head."""
    head = f"{'figure':<58} {'measured':>9} {'':<8} {'bar':>8}"
    return "\n".join([head, "-" * (len(head) + 9), *(figure.row() for figure in figures)])


def machine() -> str:
    """Say in a few lines on what the figures were measured."""
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in _lines_of(Path("/proc/cpuinfo"))
            if line.startswith("model name")
        ),
        platform.processor() or "unknown processor",
    )
    kilobytes = next((int(line.split()[1]) for line in _lines_of(Path("/proc/meminfo"))), 0)
    load = os.getloadavg()[0]
    began = time.process_time()
    sum(number * number % 7 for number in range(1_000_000))
    pace = time.process_time() - began
    return (
        f"{os.cpu_count()} × {processor}, {kilobytes / 1024**2:.0f} GB, {platform.system()}"
        f" {platform.release()}, Python {platform.python_version()},\n"
        f"PostgreSQL from {binaries().parent.name}; load average before: {load:.1f};"
        f" a Python loop of a million steps: {pace * 1000:.0f} ms"
    )


def _lines_of(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
