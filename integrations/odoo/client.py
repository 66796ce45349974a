"""The two ways to speak to Odoo, XML-RPC and JSON-2: log in, call, faults as our two errors."""

import json
import re
import xmlrpc.client
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from xml.parsers.expat import ExpatError

import httpx
from odoolib.json2 import Json2Connection, Json2Connector
from odoolib.rpc import Connection, XmlRPCConnector
from odoolib.tools import AuthenticationError

from integrations.errors import NeedsAttention
from integrations.odoo import faults, xmlrpc_answer
from integrations.odoo.wire import Traffic, Wire

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
