"""Faults on order: the sandbox fails in the way it is told to, and counts what reached it."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import xmlrpc.client
from xml.parsers.expat import ExpatError

import pytest

from tests.integrations.odoo.sandbox.conftest import http as web


@pytest.fixture(autouse=True)
def nothing_left_over(house):
    yield
    house.server.faults.clear()


def rename(house, vendor, name):
    return house.admin("res.partner", "write", [vendor], {"name": name})


def name(house, vendor):
    return house.service.one("res.partner", vendor, "name")["name"]


@pytest.fixture
def vendor(house):
    return house.vendor("Before")


def test_down_breaks_the_connection_and_does_nothing(house, vendor):
    # The standard client asks once more after a reset: the second time is for that.
    house.server.faults.add("down", times=2)
    with pytest.raises(ConnectionResetError):
        rename(house, vendor, "After")
    house.server.faults.clear()
    assert name(house, vendor) == "Before"


def test_a_lost_reply_is_done_all_the_same(house, vendor):
    house.server.faults.add("lost_reply", model="res.partner", method="write", times=2)
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        rename(house, vendor, "After")
    house.server.faults.clear()
    assert name(house, vendor) == "After"


def test_a_cut_reply_is_done_all_the_same(house, vendor):
    house.server.faults.add("cut_reply", method="write")
    # Half an answer is no XML: the parser, or the reader before it, stumbles.
    with pytest.raises((http.client.IncompleteRead, ExpatError)):
        rename(house, vendor, "After")
    assert name(house, vendor) == "After"


def test_a_duplicate_is_done_twice(house):
    count = house.service("res.partner", "search_count", [["name", "=", "Twice"]])
    house.server.faults.add("duplicate", method="create")
    house.vendor("Twice")
    assert house.service("res.partner", "search_count", [["name", "=", "Twice"]]) == count + 2


def test_refuse_is_an_access_error(house, vendor):
    house.server.faults.add("refuse", method="write")
    assert house.admin.refused("res.partner", "write", [vendor], {"name": "After"}).faultCode == 4
    assert name(house, vendor) == "Before"


def test_a_revoked_key_is_refused_as_a_wrong_one(house, vendor):
    house.server.faults.add("key_revoked", times=None)
    fault = house.service.refused("res.partner", "read", [vendor], ["name"])
    assert (fault.faultCode, fault.faultString) == (3, "Access Denied")
    if house.version >= 19:
        assert house.json2("res.partner", "read", ids=[vendor]).status == 401
    with xmlrpc.client.ServerProxy(f"{house.server.url}/xmlrpc/2/common") as proxy:
        assert proxy.authenticate("demo", "admin", "admin", {}) is False


def test_a_write_conflict_names_its_class(house, vendor):
    house.server.faults.add("serialization", method="write")
    fault = house.admin.refused("res.partner", "write", [vendor], {"name": "After"})
    assert fault.faultCode == 1
    end = "psycopg2.errors.SerializationFailure: could not serialize access due to concurrent update"
    assert fault.faultString.strip().endswith(end)
    assert name(house, vendor) == "Before"
    if house.version >= 19:
        house.server.faults.add("serialization", method="write")
        refusal = house.json2("res.partner", "write", ids=[vendor], vals={"name": "After"})
        assert (refusal.status, refusal.json["name"]) == (500, "psycopg2.errors.SerializationFailure")


def test_error_500_is_a_page(house, vendor):
    house.server.faults.add("error_500")
    with pytest.raises(xmlrpc.client.ProtocolError) as raised:
        rename(house, vendor, "After")
    assert raised.value.errcode == 500


def test_slow_answers_late(house, vendor):
    house.server.faults.add("slow", seconds=0.15)
    started = time.monotonic()
    assert name(house, vendor) == "Before"
    assert time.monotonic() - started >= 0.15


def order_fault(house, **order):
    return web(f"{house.server.url}/sandbox/faults", data=json.dumps(order).encode())


def test_the_control_endpoint_orders_lists_and_clears(house, vendor):
    told = order_fault(house, kind="refuse", model="res.partner", method="write", times=2).json
    assert told["faults"][0] == {
        "kind": "refuse",
        "model": "res.partner",
        "method": "write",
        "times": 2,
        "seconds": 0.0,
    }
    assert house.admin.refused("res.partner", "write", [vendor], {"name": "x"}).faultCode == 4
    assert web(f"{house.server.url}/sandbox/faults").json["faults"][0]["times"] == 1
    assert order_fault(house, clear=True).json == {"faults": []}
    order_fault(house, kind="down")
    assert web(f"{house.server.url}/sandbox/faults", verb="DELETE").json == {"faults": []}
    assert rename(house, vendor, "After") is True


@pytest.mark.parametrize("order", [{"kind": "nope"}, {"kind": "down", "colour": "red"}, ["down"]])
def test_an_order_that_makes_no_sense_is_refused(house, order):
    answer = web(f"{house.server.url}/sandbox/faults", data=json.dumps(order).encode())
    assert answer.status == 400
    assert "down" in answer.json["kinds"]


def test_calls_are_counted(house, vendor):
    last = web(f"{house.server.url}/sandbox/calls").json["last"]
    rename(house, vendor, "After")
    house.service.refused("nope.model", "read", [1])
    house.server.faults.add("error_500")
    with pytest.raises(xmlrpc.client.ProtocolError):
        name(house, vendor)
    calls = web(f"{house.server.url}/sandbox/calls?since={last}").json["calls"]
    assert [(call["model"], call["method"], call["ids"], call["error"]) for call in calls] == [
        ("res.partner", "write", [vendor], ""),
        ("nope.model", "read", [1], "odoo.exceptions.UserError"),
        ("res.partner", "read", [vendor], "fault:error_500"),
    ]


def test_the_state_can_be_looked_at(house, vendor):
    counts = web(f"{house.server.url}/sandbox/state").json["records"]
    assert counts["res.partner"] >= 1
    records = web(f"{house.server.url}/sandbox/state?model=res.partner").json["records"]
    assert "Before" in {record["name"] for record in records}
    keys = web(f"{house.server.url}/sandbox/state?model=res.users.apikeys")
    assert house.server.api_key not in keys.text


def test_reset_means_reset_to_a_plain_client_too(house):
    house.server.faults.add("down")
    body = xmlrpc.client.dumps((), "version").encode()
    with pytest.raises((ConnectionResetError, urllib.error.URLError)):
        web(f"{house.server.url}/xmlrpc/2/common", data=body)
