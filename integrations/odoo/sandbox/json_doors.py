"""JSON-2 (19 only) with its exact statuses and error bodies, and the older JSON-RPC."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass, field
from typing import Any

from integrations.odoo.sandbox.engine import Engine, UnknownMethod, as_ids
from integrations.odoo.sandbox.errors import RpcError, ServerError, traceback_text
from integrations.odoo.sandbox.rpc_model import RecordSet

JSON_TYPE = "application/json; charset=utf-8"


@dataclass
class Answer:
    """A whole HTTP answer."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)


class HttpRefusal(Exception):
    """A refusal by the web layer of JSON-2, before Odoo's models are asked."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = f"werkzeug.exceptions.{name}"
        self.message = message


def plain(value: Any) -> Any:
    """A result as JSON-2 sends it: record sets are their ids."""
    return value.ids if isinstance(value, RecordSet) else value


def json_answer(value: Any, status: int = 200) -> Answer:
    """Any JSON value as an answer."""
    return Answer(status, json.dumps(value, ensure_ascii=False).encode("utf-8"))


def error_answer(error: RpcError | HttpRefusal) -> Answer:
    """The error body of JSON-2."""
    if isinstance(error, HttpRefusal):
        arguments: list[Any] = [error.message, error.status]
        debug = f"Traceback (most recent call last):\n{error.name}: {error.status}: {error.message}\n"
    else:
        arguments, debug = [error.message], traceback_text(error)
    body = {
        "name": error.name,
        "message": error.message,
        "arguments": arguments,
        "context": {},
        "debug": debug,
    }
    answer = json_answer(body, error.status)
    if error.status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer "
    return answer


def html_answer(status: int, title: str, text: str) -> Answer:
    """The plain HTML error page of the web layer."""
    page = (
        f"<!doctype html>\n<html lang=en>\n<title>{status} {title}</title>\n<h1>{title}</h1>\n<p>{text}</p>\n"
    )
    return Answer(status, page.encode("utf-8"), "text/html; charset=utf-8")


def wrong_content_type() -> Answer:
    """415, in HTML."""
    return html_answer(
        415,
        "Unsupported Media Type",
        "Request inferred type is compatible with [&#39;http&#39;] but "
        "&#39;/json/2/&lt;__model__&gt;/&lt;__method__&gt;&#39; is type=&#39;json2&#39;.<br><br>"
        "Please verify the Content-Type request header and try again.",
    )


def wrong_database() -> Answer:
    """404, in HTML."""
    return html_answer(
        404,
        "Not Found",
        "No database is selected and the requested URL was not found in the server-wide controllers.</p>\n"
        "<p>Please verify the hostname, <a href=/web/login>login</a> and try again.",
    )


def bearer_uid(engine: Engine, authorization: str) -> int:
    """The user of a bearer key. Raises HttpRefusal 401."""
    word, _, key = authorization.partition(" ")
    if word.lower() != "bearer" or not key.strip():
        text = "User not authenticated, use an API Key with a Bearer Authorization header."
        raise HttpRefusal(401, "Unauthorized", text)
    uid = engine.user_for_key(key.strip())
    if uid is None:
        raise HttpRefusal(401, "Unauthorized", "Invalid apikey")
    return uid


def parse_body(body: bytes) -> dict[str, Any]:
    """Named arguments. Raises HttpRefusal 400; a body which is no object counts as empty, as recorded."""
    try:
        parsed = json.loads(body) if body.strip() else {}
    except ValueError as broken:
        text = f"could not parse the body as json: {broken}"
        raise HttpRefusal(400, "BadRequest", text) from broken
    return parsed if isinstance(parsed, dict) else {}


def call_json2(engine: Engine, uid: int, model: str, method: str, named: dict[str, Any]) -> Any:
    """One JSON-2 call. Raises HttpRefusal and RpcError."""
    if model not in engine.models:
        raise HttpRefusal(404, "NotFound", f"the model '{model}' does not exist")
    try:
        function = engine.public_method(model, method)
    except UnknownMethod as unknown:
        text = f"The method '{model}.{method}' does not exist"
        raise HttpRefusal(404, "NotFound", text) from unknown
    arguments = dict(named)
    context = arguments.pop("context", None) or {}
    ids = arguments.pop("ids", None)
    if function.rpc_takes_ids:  # type: ignore[attr-defined]
        positional = [as_ids(ids)]
    elif ids is not None:
        raise HttpRefusal(422, "UnprocessableEntity", f"cannot call {model}.{method} with ids")
    else:
        positional = []
    try:
        inspect.signature(function).bind(None, *positional, **arguments)
    except TypeError as mismatch:
        raise HttpRefusal(422, "UnprocessableEntity", str(mismatch)) from mismatch
    result = engine.run(uid, function, positional, arguments, context)
    if method == "create" and isinstance(result, int):
        return [result]
    return plain(result)


def call_jsonrpc(engine: Engine, service: str, method: str, args: list[Any]) -> Any:
    """The `object` service of /jsonrpc. Raises RpcError."""
    if service != "object" or method not in ("execute_kw", "execute"):
        raise ServerError("builtins.KeyError", method)
    database, uid, secret, model, name, *rest = args
    engine.check_secret(database, uid, secret)
    if method == "execute":
        rest = [rest, {}]
    positional = rest[0] if rest else []
    result = engine.call(uid, model, name, positional, rest[1] if len(rest) > 1 else {})
    if isinstance(result, RecordSet):
        return result.ids if engine.version >= 19 else f"{result.model}({', '.join(map(str, result.ids))},)"
    return result


def jsonrpc_answer(request_id: Any, result: Any) -> Answer:
    """A result; None is left out, as the real one leaves it out."""
    body: dict[str, Any] = {"jsonrpc": "2.0", "id": request_id}
    if result is not None:
        body["result"] = result
    return json_answer(body)


def jsonrpc_error(request_id: Any, error: RpcError, *, version: int) -> Answer:
    """An error: the status is 200 all the same, the code 200 up to 18 and 0 on 19."""
    data = {
        "name": error.name,
        "message": error.message,
        "arguments": [error.message],
        "context": {},
        "debug": traceback_text(error),
    }
    code = 0 if version >= 19 else 200
    problem = {"code": code, "message": "Odoo Server Error", "data": data}
    return json_answer({"jsonrpc": "2.0", "id": request_id, "error": problem})
