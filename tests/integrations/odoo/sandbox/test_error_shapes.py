"""Errors look as they did on real servers: recorded requests are replayed and the answers compared."""

from __future__ import annotations

import json
import re
import xmlrpc.client
from typing import Any

import pytest

from tests.integrations.odoo.sandbox.conftest import RECORDED, Caller, http

CASES = (
    "access-error-create",
    "access-error-read",
    "bad-date",
    "bad-many2one-id",
    "bad-selection",
    "invalid-field-create",
    "invalid-field-domain",
    "invalid-field-read",
    "invalid-field-write",
    "iso-date-T-Z",
    "missing-read",
    "missing-required",
    "missing-write",
    "private-method",
    "unique-violation",
    "unknown-method",
    "unknown-model",
    "user-error",
    "validation-error",
    "wrong-key",
)
_RECORD = re.compile(r"\(Record: ([\w.]+)\(\d+,\), User: \d+\)")
# The database quotes the statement around a bad date; that is not imitated.
_STATEMENT = re.compile(r"LINE 1:.*?\n\s*\^\n", re.DOTALL)


def recorded(version: int, name: str) -> str:
    path = RECORDED / "transcripts" / str(version) / name
    if not path.exists():
        pytest.skip("no recordings beside this checkout")
    return path.read_text(encoding="utf-8").partition("\n\n")[2]


def comparable(text: str) -> str:
    """A message without ids; of a traceback only its end."""
    text = _STATEMENT.sub("", _RECORD.sub(r"(Record: \1)", text)).strip()
    if text.startswith("Traceback"):
        errors = [line for line in text.splitlines() if re.match(r"[\w.]+(Error|Overflow|Failure): ", line)]
        return errors[-1]
    return text


def outcome(body: str) -> Any:
    """(code, text) of a fault, or the result."""
    try:
        return xmlrpc.client.loads(body)[0][0]
    except xmlrpc.client.Fault as fault:
        return fault.faultCode, comparable(fault.faultString)


@pytest.fixture(scope="module")
def partner(house) -> int:
    return house.vendor()


def own_ids(house, partner: int, case: str, model: str, args: Any) -> Any:
    """The recorded arguments with ids of this database."""
    if case == "user-error":
        return [[house.order(confirmed=False)]]
    if case.startswith("missing-") and case != "missing-required":
        return [[987654], *args[1:]]
    args = json.loads(json.dumps(args))
    if (
        model == "res.partner"
        and args
        and isinstance(args[0], list)
        and args[0]
        and isinstance(args[0][0], int)
    ):
        args[0] = [partner]
        if len(args) > 1 and isinstance(args[1], dict) and "parent_id" in args[1]:
            args[1]["parent_id"] = partner
    if model == "purchase.order" and args[0][0].get("partner_id") not in (None, 99999999):
        args[0][0]["partner_id"] = partner
    return args


@pytest.mark.parametrize("case", CASES)
def test_faults_over_xml_rpc_are_those_recorded(house, partner, case):
    request = recorded(house.version, f"03-err-{case}.xmlrpc.req.txt")
    expected = outcome(recorded(house.version, f"03-err-{case}.xmlrpc.res.txt"))
    params: Any = xmlrpc.client.loads(request)[0]
    model, method, args = params[3], params[4], own_ids(house, partner, case, params[3], params[5])
    who: Caller = house.admin if params[1] == 2 else house.service
    secret = "wrong" if case == "wrong-key" else who.who.api_key
    call = xmlrpc.client.dumps(("demo", who.uid, secret, model, method, args), "execute_kw").encode()
    answer = http(f"{house.server.url}/xmlrpc/2/object", data=call, headers={"Content-Type": "text/xml"})
    assert answer.status == 200
    assert outcome(answer.text) == expected


@pytest.mark.parametrize("case", CASES)
def test_text_fault_codes_and_json_rpc_errors_are_those_recorded(house, partner, case):
    path = RECORDED / f"{house.version}-errors.json"
    if not path.exists():
        pytest.skip("no recordings beside this checkout")
    expected = json.loads(path.read_text(encoding="utf-8"))[case]
    params: Any = xmlrpc.client.loads(recorded(house.version, f"03-err-{case}.xmlrpc.req.txt"))[0]
    args = own_ids(house, partner, case, params[3], params[5])
    who: Caller = house.admin if params[1] == 2 else house.service
    secret = "wrong" if case == "wrong-key" else who.who.api_key
    call = ("demo", who.uid, secret, params[3], params[4], args)

    body = xmlrpc.client.dumps(call, "execute_kw").encode()
    answer = http(f"{house.server.url}/xmlrpc/object", data=body, headers={"Content-Type": "text/xml"})
    if expected["x1"][0] == "OK":
        assert outcome(answer.text) == expected["x1"][1]
    else:
        code, text = outcome(answer.text)
        assert comparable(code) == comparable(expected["x1"][1])
        assert text == comparable(expected["x1"][2])

    rpc = {"jsonrpc": "2.0", "method": "call", "id": 1}
    rpc["params"] = {"service": "object", "method": "execute_kw", "args": [*call, {}]}
    told = http(f"{house.server.url}/jsonrpc", data=json.dumps(rpc).encode()).json
    if expected["jsonrpc"][0] == "OK":
        assert told["result"] == expected["jsonrpc"][1]
    else:
        _, code, message, name, text = expected["jsonrpc"][:5]
        assert (told["error"]["code"], told["error"]["message"]) == (code, message)
        assert told["error"]["data"]["name"] == name
        assert comparable(told["error"]["data"]["message"]) == comparable(text)


@pytest.mark.parametrize("case", CASES)
def test_json_2_errors_are_those_recorded(house19, case):
    request = recorded(19, f"03-err-{case}.json2.req.txt")
    path = RECORDED / "transcripts" / "19" / f"03-err-{case}.json2.res.txt"
    head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
    target = (RECORDED / "transcripts" / "19" / f"03-err-{case}.json2.req.txt").read_text().split()[1]
    named = json.loads(request)
    vendor = house19.vendor()
    if case == "user-error":
        named["ids"] = [house19.order(confirmed=False)]
    elif case.startswith("missing-") and case != "missing-required":
        named["ids"] = [987654]
    elif "ids" in named:
        named["ids"] = [vendor]
    if "parent_id" in named.get("vals", {}):
        named["vals"]["parent_id"] = vendor
    values = named.get("vals_list", [{}])[0]
    if values.get("partner_id") not in (None, 99999999):
        values["partner_id"] = vendor
    model, method = target.removeprefix("/json/2/").split("/")
    key = {"wrong-key": "nope", "unique-violation": house19.server.admin.api_key}.get(case)
    answer = house19.json2(model, method, key=key, **named)
    assert answer.status == int(head.split()[1])
    expected = json.loads(body)
    if isinstance(expected, list):
        assert answer.json == expected
    else:
        assert answer.json["name"] == expected["name"]
        assert comparable(answer.json["message"]) == comparable(expected["message"])
        assert set(answer.json) == set(expected)
        assert answer.json["debug"].startswith("Traceback (most recent call last):\n")


def test_dictionaries_with_number_keys_do_not_fit_into_xml_rpc(house):
    fault = house.service.refused("res.partner", "get_external_id", [1])
    assert fault.faultCode == 1
    assert "dictionary key must be string" in fault.faultString
