"""The supervisor with small programs: what starts, what is started again, what is left when it dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.kills

# A stage with a program that has a child of its own, as web servers and workers do. Both write their pids.
_PROGRAM = """
import os, signal, sys, time
folder = sys.argv[1]
if os.fork() == 0:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    open(f"{folder}/child", "w").write(str(os.getpid()))
else:
    open(f"{folder}/pids", "a").write(f"{os.getpid()}\\n")
time.sleep(60)
"""
_SUPERVISOR = """
import signal, sys
from pathlib import Path
from portal.stack.supervisor import Service, Supervisor, StartFailed
folder = Path(sys.argv[1])
def inside():
    program, sys.argv = sys.argv[2], ["", str(folder)]
    exec(program, {})
how = {"inside": inside} if sys.argv[3:] == ["forked"] else {
    "command": lambda: [sys.executable, "-c", sys.argv[2], str(folder)]
}
service = Service(name="program", title="Program", ready=(folder / "child").exists, **how)
supervisor = Supervisor([[service]], logs=folder, say=lambda s, what, seconds: print(what, flush=True))
signal.signal(signal.SIGINT, supervisor.ask_to_stop)
supervisor.start()
supervisor.watch()
supervisor.stop()
"""


def alive(pid: int) -> bool:
    """Whether a process exists and is not merely waiting to be buried."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def until(
    true: Callable[[], object], *, seconds: float = 20, telling: Callable[[], str] = lambda: ""
) -> None:
    """Look again and again until something is true; fail, *telling* what was seen, when it does not come."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"it did not happen in time; {telling()}"
        time.sleep(0.02)


class Run:
    """A supervisor in a process of its own, with one program and that program's child."""

    def __init__(self, folder: Path, how: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SUPERVISOR, str(folder), _PROGRAM, how],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def said(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def pids(self) -> list[int]:
        """The program's pids, one for each time it was started."""
        path = self.folder / "pids"
        return [int(line) for line in path.read_text().split()] if path.exists() else []

    def child(self) -> int:
        return int((self.folder / "child").read_text())


@pytest.fixture(params=["started", "forked"])
def run(tmp_path, request):
    run = Run(tmp_path, request.param)
    assert run.said() == "ready"
    until(run.pids)
    yield run
    run.process.kill()
    run.process.wait()
    assert run.process.stdout
    run.process.stdout.close()


def test_ctrl_c_ends_the_program_and_its_children(run):
    run.process.send_signal(signal.SIGINT)
    assert run.process.wait(timeout=15) == 0
    assert not alive(run.pids()[0])
    assert not alive(run.child())


def test_killing_the_supervisor_leaves_no_orphan(run):
    run.process.kill()
    until(lambda: not alive(run.pids()[0]) and not alive(run.child()))


def test_a_killed_program_is_started_again_without_its_old_children(run):
    first_child = run.child()
    os.kill(run.pids()[0], signal.SIGKILL)
    until(lambda: len(run.pids()) == 2)
    until(lambda: run.child() != first_child)
    assert not alive(first_child)
    assert alive(run.pids()[1])


def test_a_program_that_ends_at_once_stops_the_start_and_shows_its_last_words(tmp_path):
    script = _SUPERVISOR.replace("ready=", "seconds=10, ready=").replace(
        "supervisor.start()",
        "try:\n    supervisor.start()\nexcept StartFailed as failure:\n    print(failure)\n"
        "supervisor.stop()\nsys.exit()",
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), "print('no such port'); raise SystemExit(3)"],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert "Program ended with code 3" in done.stdout
    assert "no such port" in done.stdout
