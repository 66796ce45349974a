"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress

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
