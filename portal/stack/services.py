"""What the one-command run consists of: its services as data, in the order they start."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from shlex import quote
from signal import SIGINT

from portal.stack.addresses import listens
from portal.stack.broker import Broker
from portal.stack.postgres import Postgres
from portal.stack.readiness import ALL_READY, answers_http, logged
from portal.stack.supervisor import Service

DATABASE = "quayside"
# Bulkheads: no queue's work ever waits for a worker that is busy with another queue's.
WORKERS = {
    "worker": "-Q critical -c 2",
    "worker-default": "-Q default -c 1",
    "worker-bulk": "-Q bulk -c 1",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run keeps its files and what it listens on."""

    home: Path
    sockets: Path
    web_port: int
    odoo_port: int
    second_odoo_port: int | None = None  # None: one sandbox is enough

    @property
    def logs(self) -> Path:
        """The folder of the log files."""
        return self.home / "log"

    @property
    def web_url(self) -> str:
        """Where the portal is."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def odoo_url(self) -> str:
        """Where the sandbox Odoo is."""
        return f"http://127.0.0.1:{self.odoo_port}"

    @property
    def second_odoo_url(self) -> str:
        """Where the second sandbox Odoo is; "" when there is none."""
        return f"http://127.0.0.1:{self.second_odoo_port}" if self.second_odoo_port else ""


def demo(place: Place, *, odoo_seed: Sequence[str] = ("demo",), seeded: bool = True) -> list[list[Service]]:
    """Return the demo's services: each stage starts when the one before is ready.

    *odoo_seed* is what a new sandbox is filled with; without *seeded* the portal starts empty.
    """
    postgres = Postgres(place.home / "postgres", sockets=place.sockets)
    broker = Broker(place.home / "broker", sockets=place.sockets)
    environment = {
        "QUAYSIDE_DEMO": "1",
        "QUAYSIDE_PROCESS": "system",
        "DATABASE_URL": postgres.url(DATABASE),
        "BROKER_URL": broker.url,
        "SITE_URL": place.web_url,
        "STATIC_ROOT": str(place.home),  # nothing is collected: files are served where they lie
        "FEED_POLL_SECONDS": "3",
        "DEMO_ODOO_URL": place.odoo_url,
        "DEMO_SECOND_ODOO_URL": place.second_odoo_url,
        "PYTHONUNBUFFERED": "1",
        # Six programs read the same modules: each would compile them again.
        "PYTHONDONTWRITEBYTECODE": "",
    }
    return [
        [_postgres(postgres), _broker(broker), _sandbox(place, odoo_seed)],
        [_preparation(place, environment, () if seeded else ("--empty",))],
        [
            _web(place, environment),
            _workers(place, environment),
        ],
    ]


def _postgres(postgres: Postgres) -> Service:
    def open_for_the_portal() -> None:
        postgres.ensure_role()
        postgres.ensure_database(DATABASE)

    return Service(
        name="postgres",
        title="PostgreSQL",
        command=postgres.server_command,
        before=postgres.initialize,
        ready=postgres.answers,
        after=open_for_the_portal,
        identity=postgres.identity(),
        stop_signal=SIGINT,  # a fast shutdown: sessions are ended, nothing is lost
    )


def _broker(broker: Broker) -> Service:
    return Service(name="broker", title="Broker", command=broker.server_command, ready=broker.answers)


def _sandbox(place: Place, seed: Sequence[str]) -> Service:
    arguments = ["--version", "18", "--port", str(place.odoo_port), "--seed", *seed]
    arguments += ["--state", str(place.home / "odoo.sqlite")]
    ports = [place.odoo_port]
    if place.second_odoo_port:
        # In the same process: the demo shall start quickly, and neither has much to do.
        second = ["19", "southbay", str(place.second_odoo_port), str(place.home / "odoo-19.sqlite")]
        arguments += ["--beside", *second]
        ports.append(place.second_odoo_port)
    return Service(
        name="odoo",
        title="Sandbox Odoos" if place.second_odoo_port else "Sandbox Odoo",
        command=lambda: _python("integrations.odoo.sandbox", *arguments),
        ready=lambda: all(map(listens, ports)),
    )


def _preparation(place: Place, environment: dict[str, str], arguments: Sequence[str]) -> Service:
    """Migrate and seed; left out when neither code nor lock file nor address changed since it was done."""
    done = place.home / "prepared"
    state = _fingerprint(place.odoo_url, place.second_odoo_url)
    return Service(
        name="preparation",
        title="Database and data",
        command=lambda: [sys.executable, "manage.py", "prepare_demo", *arguments],
        environment=environment,
        once=True,
        needed=lambda: not done.exists() or done.read_text() != state,
        after=partial(_note, done, state),
        seconds=600,
    )


def _web(place: Place, environment: dict[str, str]) -> Service:
    return Service(
        name="web",
        title="Web",
        command=lambda: _python("portal.stack.web", "--port", str(place.web_port), "--workers", "2"),
        environment={**environment, "QUAYSIDE_PROCESS": "web"},
        ready=lambda: answers_http(place.web_port),
    )


def _workers(place: Place, environment: dict[str, str]) -> Service:
    words = [f"{name} {options}" for name, options in WORKERS.items()]
    # The scheduler is a child of the worker that can wait (-B).
    words[-1] += f" -B -s {quote(str(place.home / 'beat'))}"
    return Service(
        name="workers",
        title="Workers and scheduler",
        command=lambda: _python("portal.stack.workers", "--home", str(place.home), *words),
        environment=environment,
        ready=logged(place.logs / "workers.log", ALL_READY),
    )


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _fingerprint(*odoo_urls: str) -> str:
    """Return what the database's content depends on: every Python file's size and time, and the addresses."""
    digest = sha256("\n".join(odoo_urls).encode())
    for folder in ("integrations", "suppliers", "orders", "invoices", "portal"):
        for file in sorted(Path(folder).rglob("*.py")):
            found = file.stat()
            digest.update(f"{file} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _note(file: Path, text: str) -> None:
    file.write_text(text)
