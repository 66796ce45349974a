"""The one-command run as tests use it: in a folder of its own, on free ports, as a process of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from portal.stack.services import DATABASE

_COMMAND = [sys.executable, "-m", "portal.stack"]
_ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/")


class Demo:
    """``python -m portal.stack`` with its data in *home*."""

    def __init__(self, home: Path, *, port: int = 0, odoo_port: int = 0) -> None:
        # PostgreSQL, which never runs as root, must be able to get to its data.
        for folder in (home, *home.parents):
            if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
                folder.chmod(folder.stat().st_mode | 0o011)
        self.home = home
        self.console = home / "console"
        # What the tests' own database needs must not leak into the demo.
        ours = {"QUAYSIDE_TESTING", "QUAYSIDE_PROCESS", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
        with self.console.open("w") as console:
            self.process = subprocess.Popen(
                [*_COMMAND, "--home", home, "--port", str(port), "--odoo-port", str(odoo_port)],
                stdout=console,
                stderr=subprocess.STDOUT,
                env={name: value for name, value in os.environ.items() if name not in ours},
                start_new_session=True,
            )

    def wait_until_up(self, *, seconds: float = 180) -> None:
        """Return once the addresses are printed; fail with what the console says when it ends before."""
        deadline = time.monotonic() + seconds
        while "Ctrl-C stops everything" not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def said(self) -> str:
        """What the console shows."""
        return self.console.read_text()

    @property
    def addresses(self) -> list[str]:
        """Where the portal, the first and the second sandbox Odoo are."""
        return _ADDRESS.findall(self.said())

    @property
    def address(self) -> str:
        """Where the portal is."""
        return self.addresses[0]

    @property
    def odoo_address(self) -> str:
        """Where the first sandbox Odoo is."""
        return self.addresses[1]

    @property
    def database(self) -> str:
        """How to reach the database as the one who may do everything."""
        sockets = Path((self.home / "sockets").read_text())
        return f"host={next(sockets.glob('qs-pg-*'))} user=postgres dbname={DATABASE}"

    def processes(self) -> dict[int, str]:
        """Every process of this run, grandchildren included, by pid: found by its folder or its sockets'."""
        marks = [str(self.home)]
        if (self.home / "sockets").exists():
            marks.append((self.home / "sockets").read_text())
        found = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                command, environment = _read(entry / "cmdline"), _read(entry / "environ")
                if any(mark in command or mark in environment for mark in marks):
                    found[int(entry.name)] = command.replace("\0", " ")
        return found

    def stop(self) -> int:
        """Press Ctrl-C, wait, and return the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=60)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:
        return ""
