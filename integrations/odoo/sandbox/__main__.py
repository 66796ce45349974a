"""Starts the sandbox Odoo: `python -m integrations.odoo.sandbox --version 18 --port 8069 --state FILE`."""

from __future__ import annotations

import argparse
import gc
import signal
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from integrations.odoo.sandbox.distributors import DISTRIBUTORS
from integrations.odoo.sandbox.schema import VERSIONS
from integrations.odoo.sandbox.server import SandboxServer

_SWITCH_SECONDS = 0.0001


def arguments(argv: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m integrations.odoo.sandbox", description=__doc__)
    parser.add_argument("--version", type=int, choices=VERSIONS, default=18)
    parser.add_argument("--port", type=int, default=8069, help="0 picks a free port")
    parser.add_argument(
        "--state", type=Path, help="SQLite file; without it everything is forgotten at the end"
    )
    parser.add_argument("--database", default="demo")
    parser.add_argument("--seed", choices=("demo", "empty", "bench"), default="demo")
    parser.add_argument("--orders", type=int, default=10_000, help="bench: how many orders")
    parser.add_argument("--lines", type=int, default=5, help="bench: lines per order")
    parser.add_argument("--distributor", choices=DISTRIBUTORS, default="northwind")
    parser.add_argument(
        "--beside",
        nargs=4,
        action="append",
        default=[],
        metavar=("VERSION", "DISTRIBUTOR", "PORT", "STATE"),
        help="another sandbox with the seed 'demo', served by the same process",
    )
    parser.add_argument("--portfile", type=Path, help="the port is written here once it listens")
    parser.add_argument(
        "--control",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="faults on order under /sandbox/",
    )
    return parser.parse_args(argv)


def main(argv: list[str]) -> None:
    """Serve until SIGTERM or SIGINT."""
    options = arguments(argv)
    # A hundred thousand records are made at once and live as long as the process: looking through them for
    # garbage again and again would take most of the start, and pauses later.
    gc.disable()
    server = SandboxServer(
        version=options.version,
        seed=options.seed,
        distributor=DISTRIBUTORS[options.distributor],
        state=options.state,
        database=options.database,
        port=options.port,
        control=options.control,
        orders=options.orders,
        lines=options.lines,
    )
    others = [_beside(*words, control=options.control) for words in options.beside]
    gc.freeze()
    gc.enable()
    # Odoo answers with several processes; here a short call must not wait out a long one at each turn.
    sys.setswitchinterval(_SWITCH_SECONDS)

    def stop(number: int, frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever(), which this very thread is running.
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if options.portfile:
        partial = options.portfile.with_suffix(".part")
        partial.write_text(f"{server.port}\n", encoding="ascii")
        partial.replace(options.portfile)
    for one in (server, *others):
        print(
            f"Sandbox Odoo {one.version} ready on {one.url} database={one.database} "
            f"login={one.login} key={one.api_key}",
            flush=True,
        )
    with ExitStack() as running:
        for other in others:
            running.enter_context(other)
        server.serve_forever()
    server.stop()


def _beside(version: str, distributor: str, port: str, state: str, *, control: bool) -> SandboxServer:
    return SandboxServer(
        version=int(version),
        seed="demo",
        distributor=DISTRIBUTORS[distributor],
        state=Path(state),
        port=int(port),
        control=control,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
