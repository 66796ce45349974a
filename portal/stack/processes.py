"""Child processes that never outlive their parent."""

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent() -> None:
    """Ask the kernel to end this process when its parent ends, even by SIGKILL (run between fork and exec).

    PostgreSQL takes SIGINT for a fast, clean stop; everything else of ours treats it like Ctrl-C.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
