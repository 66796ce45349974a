"""Ports and socket folders: what is free, and what an earlier run left behind."""

import os
import shutil
import socket
import stat
import tempfile
from contextlib import suppress
from pathlib import Path


def free_port(wanted: int, *, taken: frozenset[int] = frozenset()) -> int:
    """Return *wanted* when nothing listens there on 127.0.0.1, else the next free port, else any."""
    for port in [*range(wanted, wanted + 20), 0]:
        if port in taken:
            continue
        with suppress(OSError), socket.socket() as probe:
            # As servers do: a port whose last connections are only cooling down is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return probe.getsockname()[1]
    raise OSError("No free port on 127.0.0.1.")


def listens(port: int) -> bool:
    """Whether somebody accepts connections on 127.0.0.1:*port*."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def socket_folder(remembered_in: Path) -> Path:
    """Return a new private folder with a short path (a socket's may have 107 bytes), removing the last one.

    The folder's name cannot be guessed, so nobody can put a socket of theirs in its place; it is noted in
    *remembered_in*, so that one left by a killed run does not stay for ever.
    """
    with suppress(OSError):
        left = Path(remembered_in.read_text())
        if left.parent == Path(tempfile.gettempdir()) and _is_our_folder(left):
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="quayside-"))
    remembered_in.write_text(str(folder))
    # PostgreSQL may run as another user than ours and must get to its own folder inside.
    folder.chmod(0o711)
    return folder


def _is_our_folder(folder: Path) -> bool:
    found = folder.lstat()
    return (
        stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and folder.name.startswith("quayside-")
    )
