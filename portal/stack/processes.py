"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import IO

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, even by SIGKILL (run between fork and exec).

    PostgreSQL takes SIGINT for a fast, clean stop; everything else of ours treats it like Ctrl-C.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)


def signal_group(leader: int, number: int) -> bool:
    """Send a signal to a process and all its children in the same group; say whether any was left."""
    with suppress(ProcessLookupError):
        os.killpg(leader, number)
        return True
    return False


class Forked:
    """A child that goes on with what is loaded here, in a session of its own; to be treated like a Popen."""

    def __init__(self, run: Callable[[], None], log: IO[bytes]) -> None:
        self._code: int | None = None
        self.pid = os.fork()
        if self.pid == 0:
            os._exit(self._go_on(run, log))

    def poll(self) -> int | None:
        """Return how the child ended, None while it lives."""
        return self._ended(os.WNOHANG)

    def wait(self) -> int | None:
        """Wait until the child has ended and return how."""
        return self._ended(0)

    def send_signal(self, number: int) -> None:
        """Send a signal to the child, if it still lives."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def _ended(self, how: int) -> int | None:
        if self._code is None:
            pid, status = os.waitpid(self.pid, how)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    @staticmethod
    def _go_on(run: Callable[[], None], log: IO[bytes]) -> int:
        os.setsid()
        die_with_parent()
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for target, source in enumerate((nothing, log.fileno(), log.fileno())):
            os.dup2(source, target)
        os.closerange(3, os.sysconf("SC_OPEN_MAX"))  # the warden's pipe among them
        try:
            run()
        except SystemExit as end:
            return end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc()
            return 1
        return 0


class Warden:
    """A second pair of eyes: when the supervisor dies, even by SIGKILL, it ends what the supervisor started.

    The kernel's parent-death signal reaches children only; a web server's or a worker's own children would
    go on. The warden knows each child's process group and waits at a pipe whose other end only the
    supervisor holds.
    """

    def __init__(self, *, grace: float = 5) -> None:
        reading, self._writing = os.pipe()
        if os.fork() == 0:
            os.setsid()
            os.close(self._writing)
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            with os.fdopen(reading) as told:
                _end_groups(_groups_left(told.read()), grace)
            os._exit(0)
        os.close(reading)

    def started(self, leader: int) -> None:
        """Remember a process group."""
        os.write(self._writing, b"+%d\n" % leader)

    def ended(self, leader: int) -> None:
        """Forget a process group."""
        os.write(self._writing, b"-%d\n" % leader)

    def dismiss(self) -> None:
        """Let the warden end; what it still remembers it takes with it."""
        os.close(self._writing)


def _groups_left(told: str) -> list[int]:
    groups: dict[int, bool] = {}
    for line in told.splitlines():
        groups[int(line[1:])] = line[0] == "+"
    return [leader for leader, running in groups.items() if running]


def _end_groups(groups: list[int], grace: float) -> None:
    """Interrupt the groups' leaders as Ctrl-C would, then kill what is left after *grace* seconds."""
    for leader in groups:
        with suppress(ProcessLookupError):
            os.kill(leader, signal.SIGINT)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(signal_group(leader, 0) for leader in groups):
        time.sleep(0.1)
    for leader in groups:
        signal_group(leader, signal.SIGKILL)
