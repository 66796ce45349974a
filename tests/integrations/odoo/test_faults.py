"""Every fault that real servers were seen to answer becomes one of our two errors, on every protocol."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.errors import FaultClass, NeedsAttention, TryLater
from integrations.odoo import faults

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "odoo"

_EXPECTED = {
    "wrong-key": FaultClass.PERMISSION,
    "access-error-read": FaultClass.PERMISSION,
    "access-error-create": FaultClass.PERMISSION,
    "private-method": FaultClass.PERMISSION,
    "missing-write": FaultClass.DATA,
    "missing-required": FaultClass.DATA,
    "bad-many2one-id": FaultClass.DATA,
    "user-error": FaultClass.DATA,
    "validation-error": FaultClass.DATA,
    "unique-violation": FaultClass.DATA,
    "invalid-field-read": FaultClass.BUG,
    "invalid-field-write": FaultClass.BUG,
    "invalid-field-create": FaultClass.BUG,
    "invalid-field-domain": FaultClass.BUG,
    "unknown-method": FaultClass.BUG,
    "bad-selection": FaultClass.BUG,
    "bad-date": FaultClass.BUG,
    "iso-date-T-Z": FaultClass.BUG,
}


def _recorded(protocol: str) -> list[Any]:
    cases = []
    for version in (17, 18, 19):
        file = RECORDED / f"{version}-errors.json"
        if file.exists():
            for name, answers in json.loads(file.read_text()).items():
                if name in _EXPECTED and protocol in answers:
                    cases.append(pytest.param(name, answers[protocol], id=f"{version}-{name}"))
    return cases or [pytest.param("", {}, marks=pytest.mark.skip("the recordings are not here"))]


@pytest.mark.parametrize(("name", "answer"), _recorded("x1"))
def test_what_real_servers_answered_over_xmlrpc(name, answer):
    _, code, text = answer
    error = faults.from_odoo(faults.read_xmlrpc_fault(code, text))
    assert isinstance(error, NeedsAttention)
    assert error.fault == _EXPECTED[name]
    assert error.detail
    assert "Traceback" not in error.sentence


@pytest.mark.parametrize(("name", "answer"), _recorded("json2"))
def test_what_real_servers_answered_over_json2(name, answer):
    _, dotted, message, *_ = answer
    error = faults.from_odoo(faults.OdooError(dotted, message))
    assert isinstance(error, NeedsAttention)
    assert error.fault == _EXPECTED[name]


@pytest.mark.parametrize(
    "error",
    [
        faults.OdooError("psycopg2.errors.SerializationFailure", "could not serialize access"),
        faults.OdooError("psycopg2.errors.DeadlockDetected", "deadlock detected"),
        faults.OdooError("psycopg2.OperationalError", "server closed the connection unexpectedly"),
        faults.OdooError("odoo.sql_db.PoolError", "The Connection Pool Is Full"),
        faults.read_xmlrpc_fault(
            "could not serialize access due to concurrent update\n",
            "Traceback (most recent call last):\n  File \"x\", line 1\npsycopg2.errors.SerializationFailure:"
            " could not serialize access due to concurrent update\n",
        ),
    ],
)  # fmt: skip
def test_a_busy_odoo_is_weather(error):
    assert isinstance(faults.from_odoo(error), TryLater)


def test_a_database_that_does_not_exist_needs_a_person():
    text = 'connection to server at "127.0.0.1", port 5432 failed: FATAL:  database "nope" does not exist\n'
    error = faults.read_xmlrpc_fault(text, f"Traceback\n  File x\npsycopg2.OperationalError: {text}\n\n")
    assert isinstance(faults.from_odoo(error), NeedsAttention)


@pytest.mark.parametrize(
    ("status", "kind", "fault"),
    [
        (200, TryLater, FaultClass.CONNECTION),
        (301, NeedsAttention, FaultClass.DATA),
        (401, NeedsAttention, FaultClass.PERMISSION),
        (403, NeedsAttention, FaultClass.PERMISSION),
        (404, NeedsAttention, FaultClass.DATA),
        (408, TryLater, FaultClass.CONNECTION),
        (415, NeedsAttention, FaultClass.BUG),
        (429, TryLater, FaultClass.CONNECTION),
        (500, TryLater, FaultClass.CONNECTION),
        (502, TryLater, FaultClass.CONNECTION),
        (503, TryLater, FaultClass.CONNECTION),
    ],
)
def test_a_page_that_is_not_odoos_answer(status, kind, fault):
    error = faults.from_status(status, "<html>…</html>", location="https://odoo.example.com")
    assert isinstance(error, kind)
    assert error.fault == fault


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("refused"), TryLater),
        (httpx.ConnectTimeout("slow"), TryLater),
        (httpx.ReadTimeout("slow"), TryLater),
        (httpx.RemoteProtocolError("peer closed connection without sending complete message body"), TryLater),
        (httpx.ReadError("reset"), TryLater),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), NeedsAttention),
        (httpx.UnsupportedProtocol("no"), NeedsAttention),
        (httpx.InvalidURL("no"), NeedsAttention),
    ],
)
def test_what_fails_below_http(error, kind):
    assert isinstance(faults.from_transport(error), kind)


def test_errors_inside_an_answer_of_200_are_errors():
    conflict = [{"type": "error", "message": "could not serialize access due to concurrent update\n"}]
    assert isinstance(faults.from_load(conflict), TryLater)
    assert isinstance(faults.from_load([{"message": "No matching record found"}]), NeedsAttention)


def test_an_answer_xmlrpc_cannot_carry_is_told_from_an_error():
    code = "cannot marshal None unless allow_none is enabled"
    assert faults.is_unspeakable_answer(code, f"Traceback…\nTypeError: {code}\n")
    assert faults.is_unspeakable_answer("1", f"Traceback…\nTypeError: {code}\n")
    assert not faults.is_unspeakable_answer("warning -- UserError\n\nNo", "")
