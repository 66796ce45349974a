"""Many readers at once, each of whom asks again as soon as the answer is there.

They share the processors with what is measured, so they must cost next to nothing: one thread that waits for
all sockets together, one request that is made beforehand, and answers that are counted but not read. An HTTP
library, with a thread for each reader, took a quarter of the time of a page.
"""

import re
import selectors
import socket
import time
from collections.abc import Mapping

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_CHUNK = 1 << 18


class Reader:
    """One kept connection. Raises RuntimeError for any answer but a page of known length."""

    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.request = request
        self.head = b""
        self.left = 0

    def ask(self) -> None:
        """Send the request."""
        self.head, self.left = b"", 0
        self.socket.sendall(self.request)

    def is_answered(self) -> bool:
        """Take what has arrived, and return whether that was the rest of the answer."""
        arrived = self.socket.recv(_CHUNK)
        if not arrived:
            raise RuntimeError("The server closed the connection.")
        if self.left:
            self.left -= len(arrived)
        else:
            self.head += arrived
            head, found, body = self.head.partition(b"\r\n\r\n")
            if not found:
                return False
            self.left = _length(head + b"\r\n") - len(body)
        return self.left == 0


def pages_per_second(
    port: int, path: str, cookies: Mapping[str, str], *, readers: int, seconds: float
) -> float:
    """Return how many pages a second *readers* get of one path, as the person whose cookies these are."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode()
    with selectors.DefaultSelector() as selector:
        everybody = [Reader(port, request) for _ in range(readers)]
        for reader in everybody:
            selector.register(reader.socket, selectors.EVENT_READ, reader)
            reader.ask()
        served, began = 0, time.monotonic()
        while (passed := time.monotonic() - began) < seconds:
            for key, _ in selector.select(timeout=1):
                if key.data.is_answered():
                    served += 1
                    key.data.ask()
        for reader in everybody:
            reader.socket.close()
    return served / passed


def _length(head: bytes) -> int:
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200 ") or length is None:
        raise RuntimeError(f"Instead of a page came: {head[:200].decode(errors='replace')}")
    return int(length[1])
