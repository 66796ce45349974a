"""Measures and prints: ``python -m portal.bench [part]``; without a part, or with "all", everything."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator

from portal.bench import (
    beside_import,
    changes,
    click,
    drift,
    first_import,
    many,
    memory,
    outbox,
    pages,
    real_odoo,
    what_if,
)
from portal.bench.figures import Figure, machine, table
from portal.stack.__main__ import CHECKOUT

_PARTS: dict[str, Callable[[], Iterator[Figure]]] = {
    "pages": pages.measure,
    "click": click.measure,
    "import": first_import.measure,
    "drift": drift.measure,
    "outbox": outbox.measure,
    "memory": memory.measure,
    "changes": changes.measure,
    "beside": beside_import.measure,
    "bulk": many.measure_bulk,
    "sheet": many.measure_sheet,
    "whatif": what_if.measure,
    "real": real_odoo.measure,
}


def main(arguments: list[str]) -> int:
    """Measure the parts asked for; return 1 when a bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m portal.bench", description=__doc__)
    parser.add_argument("part", choices=[*_PARTS, "all"], nargs="?", default="all")
    wanted = parser.parse_args(arguments).part
    os.chdir(CHECKOUT)
    print(machine(), "\n", flush=True)
    figures = []
    for name, measure in _PARTS.items():
        if wanted in (name, "all"):
            for figure in measure():
                print(f"  {figure.row()}", file=sys.stderr, flush=True)
                figures.append(figure)
    print(f"\n{table(figures)}")
    return 0 if all(figure.reached for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
