"""The HTTP server: routes each request to its door, carries out faults on order, closes every connection."""

from __future__ import annotations

import socket
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from integrations.odoo.sandbox.desk import Desk, Request
from integrations.odoo.sandbox.engine import Clock, Engine, wall_clock
from integrations.odoo.sandbox.faults import CallLog, Faults
from integrations.odoo.sandbox.json_doors import Answer, html_answer
from integrations.odoo.sandbox.seed import plant
from integrations.odoo.sandbox.users import ADMIN, SERVICE, Credentials

LONGEST_BODY = 64 * 1024 * 1024


class SandboxServer:
    """A sandbox Odoo on 127.0.0.1.

    As a context manager it serves from a thread of its own: `with SandboxServer(version=18) as server`.
    `state` is the SQLite file that outlives the process, or None to forget everything. `seed` fills a new
    database: 'empty', 'demo' or 'bench'.
    """

    def __init__(
        self,
        *,
        version: int,
        seed: str = "empty",
        state: Path | str | None = None,
        database: str = "demo",
        port: int = 0,
        control: bool = True,
        clock: Clock = wall_clock,
        orders: int = 10_000,
        lines: int = 5,
    ) -> None:
        self.version = version
        self.database = database
        self.engine = Engine(version, database=database, path=Path(state) if state else None, clock=clock)
        if self.engine.store.is_empty:
            plant(self.engine, seed, on=clock(), orders=orders, lines=lines)
        self.faults = Faults()
        self.calls = CallLog()
        self.stopping = threading.Event()
        self.desk = Desk(self.engine, self.faults, self.calls, self.stopping, control=control)
        self._http = _Listener(("127.0.0.1", port), _Handler)
        self._http.desk = self.desk
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._http.server_address[1])

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def service(self) -> Credentials:
        """The integration's user, with the rights of an ordinary purchase user."""
        return SERVICE

    @property
    def admin(self) -> Credentials:
        """A user who may do everything."""
        return ADMIN

    @property
    def login(self) -> str:
        """Login of the integration's user."""
        return SERVICE.login

    @property
    def api_key(self) -> str:
        """API key of the integration's user."""
        return SERVICE.api_key

    def serve_forever(self) -> None:
        """Serve until `stop` is called from elsewhere."""
        self._http.serve_forever(poll_interval=0.05)

    def start(self) -> SandboxServer:
        """Serve from a thread."""
        self._thread = threading.Thread(target=self.serve_forever, name="sandbox-odoo", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop listening, finish the running call, close the file."""
        self.stopping.set()
        if self._thread is not None:
            self._http.shutdown()
            self._thread.join(timeout=10)
            self._thread = None
        self._http.server_close()
        self.engine.close()

    def shutdown(self) -> None:
        """Make `serve_forever` return; callable from another thread."""
        self.stopping.set()
        self._http.shutdown()

    def __enter__(self) -> SandboxServer:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    desk: Desk


class _Handler(BaseHTTPRequestHandler):
    """Reads one request, lets the desk answer it, closes the connection as Odoo does."""

    protocol_version = "HTTP/1.1"
    server_version = "Werkzeug/2.2.2"
    sys_version = "Python/3.11.2"
    disable_nagle_algorithm = True
    timeout = 30
    server: _Listener

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LONGEST_BODY:
            self._send(html_answer(413, "Request Entity Too Large", "The body is too long."))
            return
        body = self.rfile.read(length) if length else b""
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.desk.answer(Request(self.command, self.path, headers, body))
        if reply.ending == "reset":
            self._reset()
        elif reply.ending == "close":
            self.close_connection = True
        else:
            self._send(reply.answer, half=reply.ending == "cut")

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815

    def _send(self, answer: Answer, *, half: bool = False) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body[: len(answer.body) // 2] if half else answer.body)
        self.close_connection = True

    def _reset(self) -> None:
        """Close with RST: the client sees the connection break, not an empty answer."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        self.connection.close()

    def handle(self) -> None:
        """A client that goes away in the middle is no event worth a traceback."""
        try:
            super().handle()
        except (ConnectionError, TimeoutError, ValueError):
            self.close_connection = True

    def finish(self) -> None:
        """As above, for what is still to be flushed."""
        try:
            super().finish()
        except (ConnectionError, ValueError):
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Calls are counted in the call log, not printed."""
