"""Several Celery workers from one start: Django and every task are imported once, then each is forked.

Each worker is a process of its own, with a pool of its own, so that no queue's work ever waits for another's;
one that dies is forked again by itself.
"""

import argparse
import gc
import os
import shlex
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpcore as _http  # noqa: F401
from celery.apps import worker as _worker_program  # noqa: F401 - loaded here, not in each child
from celery.bin import celery as _command_line  # noqa: F401
from celery.concurrency import prefork as _pool  # noqa: F401
from kombu.transport import redis as _broker  # noqa: F401

from portal.celery import app
from portal.stack.readiness import ALL_READY, logged
from portal.stack.supervisor import Service, Supervisor


def main(arguments: list[str]) -> int:
    """Run the workers until told to stop: one for each argument, a name and Celery's options for it."""
    parser = argparse.ArgumentParser(prog="python -m portal.stack.workers", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="for logs and pids")
    parser.add_argument("workers", nargs="+", metavar='"NAME OPTIONS"')
    options = parser.parse_args(arguments)
    services = [_worker(options.home, *shlex.split(words)) for words in options.workers]
    supervisor = Supervisor([services], logs=options.home / "log", say=_say)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, supervisor.ask_to_stop)
    app.loader.import_default_modules()
    gc.freeze()  # what is there now stays shared: the collector of no worker touches it
    try:
        supervisor.start()
        if not supervisor.stopping:
            print(ALL_READY, flush=True)
        supervisor.watch()
    finally:
        supervisor.stop()
    return 0


def _worker(home: Path, name: str, *options: str) -> Service:
    words = ["worker", "-n", f"{name}@%h", "--pidfile", str(home / f"{name}.pid"), "--without-mingle"]
    words += ["--loglevel", os.environ.get("LOG_LEVEL", "INFO"), *options]
    return Service(
        name=name,
        title=name,
        inside=_celery(words),
        ready=logged(home / "log" / f"{name}.log", " ready."),
    )


def _celery(words: list[str]) -> Callable[[], None]:
    def run() -> None:
        sys.argv = ["celery", *words]
        app.worker_main(words)

    return run


def _say(service: Service, what: str, seconds: float) -> None:
    print(f"{what} {service.title} ({seconds:.1f} s)", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
