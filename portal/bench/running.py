"""Brings up what a measurement needs, in a folder of its own that is thrown away afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from portal.stack.addresses import free_port, socket_folder
from portal.stack.services import Place, demo
from portal.stack.supervisor import Service, Supervisor


@dataclass(frozen=True, slots=True)
class Stack:
    """What is running."""

    place: Place
    environment: dict[str, str]
    supervisor: Supervisor
    others: dict[str, Service]  # those of the demo's services that do not run yet

    def start(self, name: str) -> None:
        """Start one more of the demo's services and wait until it is ready."""
        self.supervisor.join(self.others.pop(name), logs=self.place.logs)

    def pids(self, name: str) -> list[int]:
        """Return the process of a service, if it runs."""
        return [
            running.process.pid
            for stage in self.supervisor.stages
            for running in stage
            if running.process and running.service.name == name
        ]

    def family(self, pid: int) -> dict[int, float]:
        """Return the processor seconds of a process and of all below it, by pid."""
        return {member: _seconds(fields) for member, fields in _descendants({pid}).items()}

    @contextmanager
    def database(self) -> Iterator[psycopg.Connection]:
        """Look into the portal's database from here, without a start of Django that would be measured too."""
        with psycopg.connect(self.environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute("SET quayside.system = 'on'")
            yield connection

    def manage(self, *arguments: str) -> str:
        """Run a management command beside the running portal and return what it printed."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env={"LOG_LEVEL": "WARNING", **os.environ, **self.environment},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return done.stdout

    def processor_seconds(self) -> float:
        """Return the processor time that all services have used so far, their children's included."""
        leaders = {
            running.process.pid for stage in self.supervisor.stages for running in stage if running.process
        }
        return sum(_seconds(fields) for fields in _descendants(leaders).values())


def _descendants(leaders: set[int]) -> dict[int, list[str]]:
    """Return the fields of /proc/<pid>/stat, from the third on, of some processes and all below them."""
    found: dict[int, list[str]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                found[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
    family = set(leaders)
    while more := {pid for pid, fields in found.items() if int(fields[1]) in family} - family:
        family |= more
    return {pid: fields for pid, fields in found.items() if pid in family}


def _seconds(fields: list[str]) -> float:
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def running(
    names: Sequence[str], *, odoo_seed: Sequence[str] = ("demo",), seeded: bool = False
) -> Iterator[Stack]:
    """Run the demo's services of these names until the block ends."""
    home = Path(tempfile.mkdtemp(prefix="quayside-bench-"))
    home.chmod(0o755)
    web = free_port(8100)
    place = Place(home, socket_folder(home / "sockets"), web, free_port(8200, taken=frozenset({web})))
    everything = demo(place, odoo_seed=odoo_seed, seeded=seeded)
    stages = [[service for service in stage if service.name in names] for stage in everything]
    environment = next(dict(s.environment) for stage in everything for s in stage if s.name == "web")
    others = {service.name: service for stage in everything for service in stage if service.name not in names}
    supervisor = Supervisor(stages, logs=place.logs, say=lambda *_: None)
    try:
        supervisor.start()
        yield Stack(place, environment | {"QUAYSIDE_PROCESS": "system"}, supervisor, others)
    finally:
        supervisor.stop()
        shutil.rmtree(place.sockets, ignore_errors=True)
        shutil.rmtree(home, ignore_errors=True)
