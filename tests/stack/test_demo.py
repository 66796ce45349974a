"""The one-command run as a whole: comes up, keeps its data, and leaves nothing behind, however it ends."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.running import Demo
from tests.stack.test_supervisor import alive, until

pytestmark = pytest.mark.kills


def health(demo: Demo) -> dict[str, str]:
    with urlopen(f"{demo.address}/healthz", timeout=10) as answer:  # noqa: S310  # our own address
        return json.load(answer)


def page(address: str) -> str:
    with urlopen(f"{address}/", timeout=10) as answer:  # noqa: S310  # our own address
        return answer.read().decode()


def pid_of(demo: Demo, words: str) -> int:
    """The oldest process of the run whose command line has these words."""
    return min(pid for pid, command in demo.processes().items() if words in command)


def kill_a_worker_and_wait(home: Path, name: str) -> None:
    """Kill one of the workers and wait until it is back; the others go on."""
    pids = {file.stem: int(file.read_text()) for file in home.glob("worker*.pid")}
    assert len(pids) == 3
    os.kill(pids[name], signal.SIGKILL)
    until(lambda: f"restarted {name} " in (home / "log" / "workers.log").read_text())
    until(lambda: int((home / f"{name}.pid").read_text() or 0) not in {0, pids[name]})
    assert all(alive(pid) for other, pid in pids.items() if other != name)


def kill_and_wait(demo: Demo, words: str, title: str) -> None:
    """Kill a program of the run and wait until the supervisor has started it again."""
    killed = pid_of(demo, words)
    os.kill(killed, signal.SIGKILL)
    until(lambda: f"restarted          {title}" in demo.said(), telling=demo.said)
    until(lambda: _is_back(demo, words, killed))


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def start(home):
    """Start the demo; a test that fails leaves none running."""
    started = []

    def begin(**options) -> Demo:
        started.append(Demo(home, **options))
        return started[-1]

    yield begin
    for demo in started:
        demo.process.kill()
        demo.process.wait()


@pytest.fixture(scope="module")
def first_run(home):
    """A cold start beside a busy port."""
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        demo = Demo(home, port=busy.getsockname()[1])
        demo.wait_until_up()
        yield demo, busy.getsockname()[1]
    demo.process.kill()
    demo.process.wait()


def test_it_lives_from_the_first_start_to_the_last_process(first_run, home, start):
    demo, busy_port = first_run

    # It is up, on another port than the busy one, and says so and who may log in.
    assert health(demo) == {"database": "ok", "broker": "ok"}
    assert f"Port {busy_port} is taken" in demo.said()
    assert "alice@acme.example" in demo.said()

    # Two Odoos of two versions stand beside each other, each with its page.
    for place, version in enumerate((18, 19), start=1):
        assert f"Sandbox Odoo {version}" in page(demo.addresses[place])

    # Only one run at a time uses the same data.
    second = subprocess.run(
        [sys.executable, "-m", "portal.stack", "--home", str(home)],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    assert f"running already: {demo.address}" in second.stdout

    # A killed worker, and even a killed database, are started again.
    kill_a_worker_and_wait(home, "worker")
    kill_and_wait(demo, "postgres -D", "PostgreSQL")
    until(lambda: _healthy(demo), seconds=30)

    # Killed itself, the supervisor leaves no process: neither a child nor a child's child.
    assert len(demo.processes()) > 10
    demo.process.kill()
    demo.process.wait()
    until(lambda: not demo.processes(), seconds=20)

    # It starts again with its data, and Ctrl-C stops it cleanly.
    again = start(odoo_port=int(demo.odoo_address.rpartition(":")[2]))
    again.wait_until_up()
    preparation = home / "log" / "preparation.log"
    assert not preparation.exists() or "Applying" not in preparation.read_text()
    assert health(again) == {"database": "ok", "broker": "ok"}
    assert again.stop() == 0
    assert again.processes() == {}
    assert again.said().count("stopped") == 5


def _is_back(demo: Demo, words: str, killed: int) -> bool:
    try:
        return pid_of(demo, words) != killed
    except ValueError:
        return False


def _healthy(demo: Demo) -> bool:
    try:
        return health(demo) == {"database": "ok", "broker": "ok"}
    except OSError:
        return False
