"""The web server of the stack: what its processes share is loaded before they are forked from this one."""

import argparse
import sys

import django
from django.urls import get_resolver
from granian import Granian
from granian.constants import Interfaces


def main(arguments: list[str]) -> int:
    """Serve on 127.0.0.1 until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m portal.stack.web", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    django.setup()
    _ = get_resolver().url_patterns  # with them, every view
    # The application itself is made by each worker: what it starts, threads among it, must not be forked.
    Granian(
        "portal.wsgi:application",
        address="127.0.0.1",
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=2,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=3,
    ).serve()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
