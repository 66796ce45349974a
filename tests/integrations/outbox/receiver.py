"""Another system over real HTTP: it keeps what it is told, and can be asked before it is told again."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from integrations.outbox.delivery import delivery
from integrations.outbox.models import OutboxMessage


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Say how often a key was committed."""
        self._answer({"held": self.server.held.count(self.path)})  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        """Commit once the whole body is here, then answer."""
        length = int(self.headers["Content-Length"])
        if len(self.rfile.read(length)) == length:
            self.server.held.append(self.path)  # type: ignore[attr-defined]
            self._answer({"ok": True})

    def _answer(self, data: dict[str, Any]) -> None:
        body = json.dumps(data).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


class Receiver(ThreadingHTTPServer):
    """Counts what was committed; ``held`` lists paths in the order of their commits."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.held: list[str] = []

    @property
    def address(self) -> str:
        """Where it listens: host:port."""
        return f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that die in the middle of a call are what this is for."""


@contextmanager
def running_receiver() -> Iterator[Receiver]:
    """Run a receiver for a block."""
    receiver = Receiver()
    thread = Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        receiver.shutdown()
        receiver.server_close()
        thread.join(timeout=5)


def look(connection: HTTPConnection, path: str) -> int:
    """Ask how often the receiver holds a path."""
    connection.request("GET", path)
    return json.loads(connection.getresponse().read())["held"]


def write(connection: HTTPConnection, path: str) -> None:
    """Tell the receiver."""
    connection.request("POST", path, body=json.dumps({"path": path}))
    connection.getresponse().read()


@delivery("test.counted")
def tell_receiver(message: OutboxMessage) -> dict[str, Any]:
    """Look before writing, and read back."""
    connection = HTTPConnection(message.payload["receiver"], timeout=10)
    path = f"/{message.key}"
    try:
        if not look(connection, path):
            write(connection, path)
        return {"held": look(connection, path)}
    finally:
        connection.close()
