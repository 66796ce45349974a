"""The desk: which request goes to which door, with the faults on order applied on the way."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from integrations.odoo.sandbox import json_doors
from integrations.odoo.sandbox.control import Control
from integrations.odoo.sandbox.engine import Engine, as_ids
from integrations.odoo.sandbox.errors import (
    AccessDenied,
    AccessError,
    RpcError,
    ServerError,
    serialization_failure,
)
from integrations.odoo.sandbox.faults import CallLog, Fault, Faults
from integrations.odoo.sandbox.json_doors import Answer, HttpRefusal, html_answer, json_answer
from integrations.odoo.sandbox.pages import Pages
from integrations.odoo.sandbox.users import Credentials
from integrations.odoo.sandbox.values import stamp
from integrations.odoo.sandbox.version_info import common_version, json_version
from integrations.odoo.sandbox.xmlrpc_door import read_call, write_answer, write_fault

XML_TYPE = "text/xml; charset=utf-8"
# What `authenticate` answers to a wrong key: no fault.
NOBODY = False


@dataclass(frozen=True)
class Request:
    """One HTTP request; header names in lower case."""

    verb: str
    target: str
    headers: dict[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """First value of each query parameter."""
        return {name: values[0] for name, values in parse_qs(urlsplit(self.target).query).items()}


@dataclass(frozen=True)
class Reply:
    """What to send, and how the connection ends: '' in order, 'reset', 'close' without answer, or 'cut'."""

    answer: Answer
    ending: str = ""


@dataclass(frozen=True)
class RpcCall:
    """One call on a model, whichever door it came through."""

    door: str
    model: str
    method: str
    ids: list[int]
    uid: int | None
    # Refuse a wrong key; the real work; an error as this door words it.
    authenticate: Callable[[], None]
    work: Callable[[], Answer]
    refuse: Callable[[RpcError], Answer]
    refuse_key: Callable[[], Answer]


class Desk:
    """Answers requests. One per server; called from many threads."""

    def __init__(
        self,
        engine: Engine,
        faults: Faults,
        calls: CallLog,
        stopping: threading.Event,
        *,
        control: bool,
        buyer: Credentials,
    ) -> None:
        self.engine = engine
        self.faults = faults
        self.calls = calls
        self.stopping = stopping
        self.control = Control(engine, faults, calls) if control else None
        self.pages = Pages(engine, buyer)

    def answer(self, request: Request) -> Reply:
        """The reply to one request. A mistake of the sandbox's own is a 500 with a traceback on stderr."""
        try:
            return self._route(request)
        except Exception:
            traceback.print_exc()
            return Reply(html_answer(500, "Internal Server Error", "The sandbox made a mistake."))

    def _route(self, request: Request) -> Reply:
        path = request.path
        if path.startswith("/xmlrpc/"):
            return self._xmlrpc(request)
        if path == "/jsonrpc":
            return self._jsonrpc(request)
        if path.startswith("/json/2/"):
            return self._json2(request)
        if path.startswith("/sandbox/") and self.control is not None:
            return Reply(self.control.answer(request.verb, request.path, request.query, request.body))
        if path in ("/json/version", "/web/version") and self.engine.version >= 19:
            return Reply(json_answer(json_version(self.engine.version)))
        if path == "/web/webclient/version_info":
            return Reply(self._version_info(request))
        return Reply(self.pages.answer(request.verb, path, request.query, request.headers, request.body))

    def _version_info(self, request: Request) -> Answer:
        try:
            request_id = json.loads(request.body or b"{}").get("id")
        except (ValueError, AttributeError):
            request_id = None
        return json_doors.jsonrpc_answer(request_id, common_version(self.engine.version))

    # XML-RPC ---------------------------------------------------------------------------------------------

    def _xmlrpc(self, request: Request) -> Reply:
        numeric = request.path.startswith("/xmlrpc/2/")
        service = request.path.rsplit("/", 1)[-1]
        try:
            method, params = read_call(request.body)
        except ValueError as broken:
            return Reply(html_answer(400, "Bad Request", str(broken)))

        def refuse(error: RpcError) -> Answer:
            return Answer(200, write_fault(error, numeric=numeric), XML_TYPE)

        def send(value: Any) -> Answer:
            try:
                return Answer(200, write_answer(value, version=self.engine.version), XML_TYPE)
            except RpcError as error:
                return refuse(error)

        if service != "object":
            return self._common(service, method, params, send, refuse)
        if method not in ("execute_kw", "execute") or len(params) < 5:
            return Reply(refuse(ServerError("builtins.NameError", f"Method not available {method}")))
        return self._object(method, params, send, refuse)

    def _common(
        self,
        service: str,
        method: str,
        params: list[Any],
        send: Callable[[Any], Answer],
        refuse: Callable[[RpcError], Answer],
    ) -> Reply:
        def work() -> Answer:
            if service != "common":
                raise AccessDenied
            if method == "version":
                return send(common_version(self.engine.version))
            if method in ("authenticate", "login"):
                return send(self.engine.user_for(*params[:3]) or False)
            raise ServerError("builtins.AttributeError", f"Method not found: {method}")

        def refuse_key() -> Answer:
            return send(NOBODY)

        call = RpcCall("xmlrpc", service, method, [], None, lambda: None, work, refuse, refuse_key)
        return self._carry_out(call)

    def _object(
        self,
        method: str,
        params: list[Any],
        send: Callable[[Any], Answer],
        refuse: Callable[[RpcError], Answer],
    ) -> Reply:
        database, uid, secret, model, name, *rest = params
        if method == "execute":
            rest = [rest, {}]
        args: Any = rest[0] if rest else []
        named: Any = rest[1] if len(rest) > 1 else {}
        if not isinstance(args, list) or not isinstance(named, dict) or type(uid) is not int:
            return Reply(refuse(ServerError("builtins.TypeError", f"{name}: arguments of the wrong kind")))

        def work() -> Answer:
            return send(self.engine.call(uid, model, name, args, named))

        call = RpcCall(
            "xmlrpc",
            model,
            name,
            as_ids(args[0]) if args else [],
            uid,
            lambda: self.engine.check_secret(database, uid, secret),
            work,
            refuse,
            lambda: refuse(AccessDenied()),
        )
        return self._carry_out(call)

    # JSON ------------------------------------------------------------------------------------------------

    def _jsonrpc(self, request: Request) -> Reply:
        try:
            parsed = json.loads(request.body)
            params = parsed["params"]
            service, method, args = params["service"], params["method"], list(params.get("args", []))
        except (ValueError, KeyError, TypeError):
            return Reply(html_answer(400, "Bad Request", "Invalid JSON-RPC data"))
        request_id = parsed.get("id")

        def refuse(error: RpcError) -> Answer:
            return json_doors.jsonrpc_error(request_id, error, version=self.engine.version)

        def work() -> Answer:
            if service == "common":
                common = common_version(self.engine.version)
                result: Any = common if method == "version" else self.engine.user_for(*args[:3]) or False
            else:
                result = json_doors.call_jsonrpc(self.engine, service, method, args)
            return json_doors.jsonrpc_answer(request_id, result)

        model, name = (args[3], args[4]) if service == "object" and len(args) > 4 else (service, method)
        uid = args[1] if service == "object" and len(args) > 1 else None
        ids = as_ids(args[5][0]) if service == "object" and len(args) > 5 and args[5] else []
        call = RpcCall(
            "jsonrpc", model, name, ids, uid, lambda: None, work, refuse, lambda: refuse(AccessDenied())
        )
        return self._carry_out(call)

    def _json2(self, request: Request) -> Reply:
        if self.engine.version < 19:
            return Reply(html_answer(404, "Not Found", "The requested URL was not found on the server."))
        try:
            return self._json2_call(request)
        except HttpRefusal as refusal:
            return Reply(json_doors.error_answer(refusal))

    def _json2_call(self, request: Request) -> Reply:
        if request.headers.get("x-odoo-database", self.engine.database) != self.engine.database:
            return Reply(json_doors.wrong_database())
        parts = request.path.removeprefix("/json/2/").split("/")
        if request.verb != "POST" or len(parts) != 2:
            raise HttpRefusal(404, "NotFound", "Did you mean POST /json/2/<model>/<method>?")
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return Reply(json_doors.wrong_content_type())
        model, method = parts
        engine = self.engine
        uid = json_doors.bearer_uid(engine, request.headers.get("authorization", ""))
        named = json_doors.parse_body(request.body)

        def work() -> Answer:
            try:
                return json_answer(json_doors.call_json2(engine, uid, model, method, named))
            except HttpRefusal as refusal:
                return json_doors.error_answer(refusal)

        def refuse_key() -> Answer:
            return json_doors.error_answer(HttpRefusal(401, "Unauthorized", "Invalid apikey"))

        call = RpcCall(
            "json2",
            model,
            method,
            as_ids(named.get("ids")),
            uid,
            lambda: None,
            work,
            json_doors.error_answer,
            refuse_key,
        )
        return self._carry_out(call)

    # Faults ----------------------------------------------------------------------------------------------

    def _carry_out(self, call: RpcCall) -> Reply:
        """Do the call, or fail as ordered; note it either way."""
        started = time.perf_counter()
        fault = self.faults.take(call.model, call.method)
        error = f"fault:{fault.kind}" if fault else ""
        try:
            reply = self._with_fault(call, fault)
        except RpcError as problem:
            error = error or problem.name
            reply = Reply(call.refuse(problem))
        if not error and reply.answer.status >= 400:
            error = f"http:{reply.answer.status}"
        self.calls.add(
            at=stamp(self.engine.clock()),
            door=call.door,
            uid=call.uid,
            model=call.model,
            method=call.method,
            ids=call.ids,
            error=error,
            ms=round((time.perf_counter() - started) * 1000, 2),
        )
        return reply

    def _with_fault(self, call: RpcCall, fault: Fault | None) -> Reply:
        kind = fault.kind if fault else ""
        if kind == "down":
            return Reply(Answer(200, b""), "reset")
        if kind == "error_500":
            text = "The server encountered an internal error and was unable to complete your request."
            return Reply(html_answer(500, "Internal Server Error", text))
        if kind == "key_revoked":
            return Reply(call.refuse_key())
        if fault and kind == "slow":
            self.stopping.wait(fault.seconds)
        call.authenticate()
        if kind == "refuse":
            raise AccessError("You are not allowed to do this: the sandbox was told to refuse it.")
        if kind == "serialization":
            raise serialization_failure()
        answer = call.work()
        if kind == "duplicate":
            answer = call.work()
        ending = {"lost_reply": "close", "cut_reply": "cut"}.get(kind, "")
        return Reply(answer, ending)
