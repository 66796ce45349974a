"""A broker and a PostgreSQL of a test's own, which may be killed and started again."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import psycopg
from django.db import connection

from portal import environment
from portal.stack.broker import Broker
from portal.stack.postgres import Postgres, binaries
from portal.stack.processes import die_with_parent
from tests.faults.case import until

_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class OwnBroker:
    """A Valkey server."""

    def __init__(self, folder: Path) -> None:
        self._broker = Broker(folder / "data", sockets=folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return self._broker.url

    def start(self) -> None:
        """Start it; it is empty."""
        self._process = _start(self._broker.server_command())
        until(self._broker.answers)

    def kill(self) -> None:
        """Let it die, and all that waits in it with it."""
        if self._process:
            self._process.kill()
            self._process.wait(timeout=10)
            shutil.rmtree(self._broker.data)
            self._process = None


class OwnPostgres:
    """A PostgreSQL with the portal's tables."""

    def __init__(self, folder: Path) -> None:
        self._cluster = Postgres(folder / "postgres", settings=_FAST)
        self._process: subprocess.Popen[bytes] | None = None
        self._elsewhere: dict[str, object] = {}

    def create(self) -> None:
        """Make it and its tables."""
        self._cluster.initialize()
        self.start()
        self._cluster.ensure_role()
        self._cluster.ensure_database("quayside")
        self._copy_tables()

    def _copy_tables(self) -> None:
        """Make the tables as the test's database has them, which is quicker than to migrate once more."""
        here = connection.settings_dict
        where = [f"--host={here['HOST']}", f"--port={here['PORT'] or 5432}", f"--username={here['USER']}"]
        dumped = subprocess.run(
            [binaries() / "pg_dump", "--schema-only", "--no-owner", *where, here["NAME"]],
            env={**os.environ, "PGPASSWORD": here["PASSWORD"] or ""},
            capture_output=True,
            check=True,
        )
        with psycopg.connect(self._cluster.url("quayside"), autocommit=True) as own:
            # Lines with a backslash are for psql.
            script = b"\n".join(line for line in dumped.stdout.splitlines() if not line.startswith(b"\\"))
            own.execute(script)

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._process = _start(self._cluster.server_command(), **self._cluster.identity())
        self._cluster.wait_until_ready()

    def stop(self) -> None:
        """Stop it at once: whoever is connected is thrown out."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=30)
            self._process = None

    def restart(self) -> None:
        """Stop it and start it again."""
        self.stop()
        self.start()

    def remove(self) -> None:
        """Leave nothing of it."""
        self.stop()
        shutil.rmtree(self._cluster.socket, ignore_errors=True)

    def move_in(self) -> None:
        """Let this process's database connection be one to here."""
        connection.close()
        self._elsewhere = dict(connection.settings_dict)
        here = environment.database(self._cluster.url("quayside"))
        connection.settings_dict |= {
            name: here[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")
        }

    def move_out(self) -> None:
        """Let it be what it was."""
        connection.close()
        connection.settings_dict |= self._elsewhere


def _start(command: list[str], **how: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # type: ignore[call-overload]
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
        **how,
    )
