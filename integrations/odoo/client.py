"""The wire to Odoo: log in, time-outs, connections kept alive, faults as our two errors; no key is logged."""

import json
import re
import ssl
import xmlrpc.client
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

import httpx
from odoolib.json2 import Json2Connection, Json2Connector
from odoolib.rpc import Connection, XmlRPCConnector
from odoolib.tools import AuthenticationError

from integrations.correlation import current_correlation_id
from integrations.deadline import within_deadline
from integrations.errors import NeedsAttention
from integrations.odoo import faults, xmlrpc_answer
from integrations.transactions import refuse_in_transaction

# Odoo tries a serialization conflict again by itself for up to 16 s; confirming a long order takes seconds.
CONNECT_SECONDS = 5.0
READ_SECONDS = 60.0
FIRST_JSON2_VERSION = 19
# Up to 18 some models name these arguments differently (purchase.order.line: values), and create looks at
# its first positional one to tell one record from many. JSON-2 knows names only.
_BY_POSITION = {"create": "vals_list", "write": "vals"}


@dataclass(frozen=True, slots=True)
class Access:
    """Where an Odoo database is and who we are there."""

    url: str
    database: str
    login: str
    key: str  # an API key; up to version 18 a password works too

    def __repr__(self) -> str:
        return f"Access({self.login} at {self.database} on {self.url})"


class Traffic(Protocol):
    """What stands around each call: may it be made now, and how did it go."""

    def call(self, verb: str) -> AbstractContextManager[None]:
        """Return the block in which one call of *verb* is made; it may raise TryLater before it begins."""


class FreeTraffic:
    """No limits and nothing counted: for a server that is no stored connection."""

    def call(self, verb: str) -> AbstractContextManager[None]:
        """See Traffic."""
        return nullcontext()


class OdooClient(Protocol):
    """One Odoo database, spoken to with named arguments; raises TryLater and NeedsAttention, nothing else."""

    @property
    def version(self) -> str:
        """Odoo's version, like "18.0"."""

    @property
    def protocol(self) -> str:
        """XML-RPC or JSON-2."""

    @property
    def answered_at(self) -> datetime | None:
        """The server's own clock (aware UTC) at its last answer to this client."""

    def call(self, model: str, method: str, ids: Sequence[int] | None = None, /, **arguments: Any) -> Any:
        """Call a method of a model, on the records *ids* when given. A method without a result gives None."""

    def user_id(self) -> int:
        """Our own user's id, after making sure that Odoo lets us in."""

    def close(self) -> None:
        """Close the connections kept."""


def connect(
    access: Access,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    read_seconds: float = READ_SECONDS,
    traffic: Traffic | None = None,
) -> OdooClient:
    """Ask the server for its version and return the client for it: JSON-2 from 19 on, XML-RPC before."""
    wire = Wire(access.url, connect_seconds=connect_seconds, read_seconds=read_seconds, traffic=traffic)
    try:
        version = _detect_version(wire)
    except Exception:
        wire.close()
        raise
    if major_of(version) >= FIRST_JSON2_VERSION:
        return Json2Client(access, wire, version)
    return XmlRpcClient(access, wire, version)


def major_of(version: str) -> int:
    """Return 18 for "18.0" and for "saas~18.3"."""
    found = re.search(r"\d+", version)
    return int(found[0]) if found else 0


def _detect_version(wire: "Wire") -> str:
    """Ask /json/version (19 and newer), then XML-RPC: 19 warns in its log about every call of the latter."""
    with wire.call("version"):
        reply = wire.get("/json/version")
    if reply.status_code == 200 and "json" in reply.headers.get("content-type", ""):
        return _serie(str(_parsed(reply).get("version", "")))
    answer = XmlRpcConnector(wire).send("common", "version")
    return _serie(str(answer.get("server_serie") or answer.get("server_version")))


def _serie(version: str) -> str:
    """Cut "19.0+e-20260301" down to "19.0"; leave "saas~18.3" as it is."""
    found = re.match(r"(saas~)?\d+(\.\d+)?", version)
    if not found:
        raise NeedsAttention("The server at this address does not say that it is an Odoo.", detail=version)
    return found[0]


@cache
def _tls() -> ssl.SSLContext:
    """Return the TLS context of all servers: reading the certificates takes as long as several calls."""
    return httpx.create_ssl_context()


class Wire:
    """HTTP to one server: one pool of connections for all calls, from any thread."""

    def __init__(
        self, url: str, *, connect_seconds: float, read_seconds: float, traffic: Traffic | None = None
    ) -> None:
        self._traffic = traffic or FreeTraffic()
        self.base = url.rstrip("/")
        self._connect_seconds, self._read_seconds = connect_seconds, read_seconds
        self._http = httpx.Client(
            limits=httpx.Limits(max_connections=16, max_keepalive_connections=8, keepalive_expiry=15),
            headers={"User-Agent": "Quayside"},
            verify=_tls(),
        )
        self.answered_at: datetime | None = None

    @contextmanager
    def call(self, verb: str) -> Iterator[None]:
        """Make one call in the block, when it may be made; what it came to is counted.

        Raises RuntimeError inside a transaction, and TryLater when the connection is known to be away, its
        calls are used up, or the delivery's time is over.
        """
        refuse_in_transaction()
        within_deadline(self._read_seconds)
        with self._traffic.call(verb):
            yield

    def get(self, path: str) -> httpx.Response:
        """GET without logging in."""
        return self._send("GET", f"{self.base}{path}", b"", {})

    def post(self, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        """POST; raises TryLater or NeedsAttention when no whole answer comes back.

        Raises RuntimeError inside a database transaction. No call lasts longer than the delivery it is for.
        """
        return self._send("POST", url, content, headers)

    def close(self) -> None:
        """Close the pool."""
        self._http.close()

    def _send(self, method: str, url: str, content: bytes, headers: dict[str, str]) -> httpx.Response:
        refuse_in_transaction()
        if correlation_id := current_correlation_id():
            headers = {**headers, "X-Correlation-ID": correlation_id}
        timeout = httpx.Timeout(
            within_deadline(self._read_seconds), connect=within_deadline(self._connect_seconds)
        )
        try:
            reply = self._http.request(method, url, content=content, headers=headers, timeout=timeout)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise faults.from_transport(error) from error
        # Odoo identifies by key; a session cookie would only tie us to one of its workers.
        self._http.cookies.clear()
        if date := reply.headers.get("date"):
            self.answered_at = parsedate_to_datetime(date).astimezone(UTC)
        return reply


class XmlRpcConnector(XmlRPCConnector):
    """The library's connector on a wire with time-outs and kept connections.

    Its endpoint is /xmlrpc (not /xmlrpc/2): there a fault's code is a text that names the class of error.
    """

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.url = f"{wire.base}/xmlrpc"

    def get_service(self, service_name: str) -> "_QuietService":
        """Return the service; the library's own writes every argument to the log, the key among them."""
        return _QuietService(self, service_name)

    def send(self, service_name: str, method: str, *args: Any) -> Any:
        """Call a method of a service. None and record sets, which XML-RPC cannot carry, come back as None."""
        verb = f"{args[3]}.{args[4]}" if service_name == "object" else f"{service_name}.{method}"
        with self.wire.call(verb):
            return self._send(service_name, method, args)

    def _send(self, service_name: str, method: str, args: tuple[Any, ...]) -> Any:
        body = xmlrpc.client.dumps(args, method, allow_none=False).encode()
        reply = self.wire.post(f"{self.url}/{service_name}", body, {"Content-Type": "text/xml"})
        if reply.status_code != 200:
            raise faults.from_status(
                reply.status_code, reply.text, location=reply.headers.get("location", "")
            )
        try:
            return xmlrpc_answer.read(reply.content)
        except xmlrpc.client.Fault as fault:
            if faults.is_unspeakable_answer(str(fault.faultCode), fault.faultString):
                return None
            raise faults.from_odoo(faults.read_xmlrpc_fault(fault.faultCode, fault.faultString)) from fault
        except (ExpatError, xmlrpc.client.ResponseError, ValueError) as error:
            raise faults.from_status(200, reply.text) from error


class _QuietService:
    """A service of the library without its log lines."""

    def __init__(self, connector: XmlRpcConnector, name: str) -> None:
        self._connector, self._name = connector, name

    def __getattr__(self, method: str) -> Any:
        return lambda *args: self._connector.send(self._name, method, *args)


class XmlRpcClient:
    """Odoo up to 18, over XML-RPC."""

    protocol = "XML-RPC"

    def __init__(self, access: Access, wire: Wire, version: str) -> None:
        self.version = version
        self._wire = wire
        self._connection = Connection(XmlRpcConnector(wire), access.database, access.login, access.key)

    @property
    def answered_at(self) -> datetime | None:
        """The server's clock at its last answer."""
        return self._wire.answered_at

    def user_id(self) -> int:
        """Log in once; Odoo answers False, not a fault, to a wrong key."""
        try:
            self._connection.check_login(force=False)
        except AuthenticationError as error:
            raise faults.from_odoo(faults.OdooError("odoo.exceptions.AccessDenied", str(error))) from error
        return int(self._connection.user_id)

    def call(self, model: str, method: str, ids: Sequence[int] | None = None, /, **arguments: Any) -> Any:
        """See OdooClient."""
        user_id = self.user_id()
        args: list[Any] = [] if ids is None else [list(ids)]
        if method in _BY_POSITION:
            args.append(arguments.pop(_BY_POSITION[method]))
        connection = self._connection
        service = connection.get_service("object")
        return service.execute_kw(
            connection.database, user_id, connection.password, model, method, args, arguments
        )

    def close(self) -> None:
        """See OdooClient."""
        self._wire.close()


class Json2Client:
    """Odoo from 19 on, over JSON-2. Results stay what Odoo sent: a list of one record stays a list."""

    protocol = "JSON-2"

    def __init__(self, access: Access, wire: Wire, version: str) -> None:
        self.version = version
        self._wire = wire
        connector = Json2Connector("", 0)
        connector.url = f"{wire.base}/json/2/"
        self._connection = Json2Connection(connector, access.database, access.key)
        self._user_id: int | None = None

    @property
    def answered_at(self) -> datetime | None:
        """The server's clock at its last answer."""
        return self._wire.answered_at

    def user_id(self) -> int:
        """Ask who the key belongs to; JSON-2 knows no login."""
        if self._user_id is None:
            self._user_id = int(self.call("res.users", "context_get")["uid"])
        return self._user_id

    def call(self, model: str, method: str, ids: Sequence[int] | None = None, /, **arguments: Any) -> Any:
        """See OdooClient. The library's own proxies unpack lists of one and build a TLS context per call."""
        body = arguments if ids is None else {"ids": list(ids), **arguments}
        url = f"{self._connection.connector.url}{model}/{method}"
        with self._wire.call(f"{model}.{method}"):
            reply = self._wire.post(url, json.dumps(body).encode(), self._connection.bearer_header)
            if reply.status_code == 200 and "json" in reply.headers.get("content-type", ""):
                return _parsed(reply)
            raise self._error(reply)

    def close(self) -> None:
        """See OdooClient."""
        self._wire.close()

    def _error(self, reply: httpx.Response) -> Exception:
        if "json" in reply.headers.get("content-type", ""):
            told = _parsed(reply)
            if isinstance(told, dict) and "name" in told:
                error = faults.OdooError(
                    str(told["name"]), str(told.get("message", "")), str(told.get("debug", ""))
                )
                return faults.from_odoo(error)
        return faults.from_status(reply.status_code, reply.text, location=reply.headers.get("location", ""))


def _parsed(reply: httpx.Response) -> Any:
    try:
        return json.loads(reply.content)
    except ValueError as error:
        raise faults.from_status(200, reply.text) from error
