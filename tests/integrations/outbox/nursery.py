"""A process that raises worker processes one by one, each with a trap set that kills it at some step.

Run as a module it loads Django once and then forks a worker per line on its standard input, as Celery does
with its pool; each worker opens connections of its own. For the tests it is `Nursery`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import IO, Any
from urllib.parse import urlsplit, urlunsplit

import django
from django.conf import settings
from django.db import connection


class Nursery:
    """Sends workers to their death and tells how they ended."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def run_worker(self, document: str, trap: str, **arguments: Any) -> int:
        """Deliver a document in a new process with a trap; return its exit code, -9 after SIGKILL.

        The trap is named "module:function" and is called with the arguments in the new process.
        """
        orders, answers = self._process.stdin, self._process.stdout
        assert orders is not None
        assert answers is not None
        print(
            json.dumps({"document": document, "trap": trap, "arguments": arguments}), file=orders, flush=True
        )
        return int(answers.readline())


@contextmanager
def open_nursery(*modules: str) -> Iterator[Nursery]:
    """Start a nursery on the database of the running test; it loads the modules with traps and handlers."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = os.environ | {"DATABASE_URL": urlunsplit(url), "LOG_LEVEL": "CRITICAL"}
    command = [sys.executable, "-m", "tests.integrations.outbox.nursery", *modules]
    with subprocess.Popen(
        command,
        env=environment,
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=10)


def raise_workers(orders: IO[str], answers: IO[str]) -> None:
    """Fork a worker per order and say how it ended."""
    for line in orders:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            live_and_die(**order)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def live_and_die(document: str, trap: str, arguments: dict[str, Any]) -> None:
    """Work on a document until the trap springs; whoever survives ends with 0, whoever fails with 1."""
    code = 1
    try:
        module, function = trap.split(":")
        getattr(import_module(module), function)(**arguments)
        import_module("integrations.outbox.tasks").deliver_document(document=document)
        code = 0
    finally:
        os._exit(code)


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    django.setup()
    for name in sys.argv[1:]:
        import_module(name)
    raise_workers(sys.stdin, sys.stdout)
