"""The HTTP server: routes each request to its door, carries out faults on order, closes every connection."""

from __future__ import annotations

import socket
import socketserver
import struct
import sys
import threading
from email.utils import formatdate
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Any

from integrations.odoo.sandbox.desk import Desk, Request
from integrations.odoo.sandbox.distributors import NORTHWIND, Distributor
from integrations.odoo.sandbox.engine import Clock, Engine, wall_clock
from integrations.odoo.sandbox.faults import CallLog, Faults
from integrations.odoo.sandbox.json_doors import Answer, html_answer
from integrations.odoo.sandbox.seed import plant
from integrations.odoo.sandbox.users import Credentials

LONGEST_BODY = 64 * 1024 * 1024
LONGEST_LINE = 64 * 1024
MOST_HEADERS = 100


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
        distributor: Distributor = NORTHWIND,
        state: Path | str | None = None,
        database: str = "demo",
        port: int = 0,
        control: bool = True,
        clock: Clock = wall_clock,
        orders: int = 10_000,
        lines: int = 5,
    ) -> None:
        self.version = version
        self.distributor = distributor
        self.database = database
        self.engine = Engine(version, database=database, path=Path(state) if state else None, clock=clock)
        if self.engine.planted_version is None:
            self.engine.store.clear()
            plant(self.engine, distributor, seed, on=clock(), orders=orders, lines=lines)
        self.faults = Faults()
        self.calls = CallLog()
        self.stopping = threading.Event()
        self.desk = Desk(
            self.engine,
            self.faults,
            self.calls,
            self.stopping,
            control=control,
            buyer=distributor.buyers[0],
        )
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
        return self.distributor.service

    @property
    def admin(self) -> Credentials:
        """A user who may do everything."""
        return self.distributor.admin

    @property
    def login(self) -> str:
        """Login of the integration's user."""
        return self.service.login

    @property
    def api_key(self) -> str:
        """API key of the integration's user."""
        return self.service.api_key

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


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    desk: Desk

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is no event worth a traceback; anything else is."""
        if not isinstance(sys.exception(), (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class _Handler(socketserver.StreamRequestHandler):
    """Reads one request, lets the desk answer it, closes the connection as Odoo does.

    Smaller than http.server's handler, and twice as fast: load tests run against it.
    """

    disable_nagle_algorithm = True
    timeout = 30
    server: _Listener

    def handle(self) -> None:
        """One request, one answer."""
        request = self._read()
        if request is None:
            return
        if isinstance(request, Answer):
            self._send(request)
            return
        reply = self.server.desk.answer(request)
        if reply.ending == "reset":
            self._reset()
        elif reply.ending != "close":
            self._send(reply.answer, half=reply.ending == "cut")

    def _read(self) -> Request | Answer | None:
        """The request; a refusal when it makes no sense; None when the client said nothing."""
        words = self._line().split(" ")
        if words == [""]:
            return None
        headers: dict[str, str] = {}
        while line := self._line():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
            if len(headers) > MOST_HEADERS:
                return html_answer(431, "Request Header Fields Too Large", "Too many headers.")
        length = headers.get("content-length", "0")
        if len(words) != 3 or not length.isdigit():
            return html_answer(400, "Bad Request", "This is not an HTTP request.")
        if int(length) > LONGEST_BODY:
            return html_answer(413, "Request Entity Too Large", "The body is too long.")
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return Request(words[0], words[1], headers, self.rfile.read(int(length)))

    def _line(self) -> str:
        return self.rfile.readline(LONGEST_LINE).decode("latin-1").rstrip("\r\n")

    def _send(self, answer: Answer, *, half: bool = False) -> None:
        status = HTTPStatus(answer.status)
        head = {
            "Server": "Werkzeug/2.2.2 Python/3.11.2",
            "Date": formatdate(usegmt=True),
            "Content-Type": answer.content_type,
            "Content-Length": str(len(answer.body)),
            **answer.headers,
            "Connection": "close",
        }
        lines = [f"HTTP/1.1 {answer.status} {status.phrase.upper() if answer.status != 200 else 'OK'}"]
        lines += [f"{name}: {value}" for name, value in head.items()]
        body = answer.body[: len(answer.body) // 2] if half else answer.body
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    def _reset(self) -> None:
        """Close with RST: the client sees the connection break, not an empty answer."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
