"""A pytest plugin: starts an embedded PostgreSQL before Django reads its settings, unless one is named."""

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from portal.stack.postgres import Postgres
from portal.stack.processes import die_with_parent

# What a throw-away cluster may skip: nothing of it survives the run.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "60"}


def start() -> str:
    """Start a throw-away cluster and return the DATABASE_URL of its database ``quayside``."""
    folder = Path(tempfile.mkdtemp(prefix="quayside-test-"))
    folder.chmod(0o755)
    postgres = Postgres(folder / "postgres", settings=_FAST)
    postgres.initialize()
    server = subprocess.Popen(
        postgres.server_command(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=die_with_parent,
        **postgres.identity(),
    )

    def stop() -> None:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(postgres.socket, ignore_errors=True)

    atexit.register(stop)
    postgres.wait_until_ready()
    postgres.ensure_role()
    postgres.ensure_database("quayside")
    return postgres.url("quayside")


os.environ["QUAYSIDE_TESTING"] = "1"
# As workers do, tests set the stage in front of the tenant wall; requests they make go behind it.
os.environ["QUAYSIDE_PROCESS"] = "system"
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = start()
