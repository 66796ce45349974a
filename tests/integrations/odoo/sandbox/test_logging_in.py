"""Logging in: passwords, keys, databases, and what the server says about itself."""

from __future__ import annotations

import json
import xmlrpc.client
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations.odoo.sandbox.groundwork import add_key
from tests.integrations.odoo.sandbox.conftest import http


def common(house, path="/xmlrpc/2/common"):
    return xmlrpc.client.ServerProxy(house.server.url + path)


@pytest.mark.parametrize("path", ["/xmlrpc/2/common", "/xmlrpc/common"])
def test_the_version_is_told_to_anybody(house, path):
    with common(house, path) as proxy:
        told = proxy.version()
    assert told["server_version"] == f"{house.version}.0"
    assert told["server_version_info"] == [house.version, 0, 0, "final", 0, ""]
    assert told["protocol_version"] == 1


def test_web_client_version_is_json_rpc(house):
    url = f"{house.server.url}/web/webclient/version_info"
    answer = http(url, data=b'{"id": 7, "params": {}}', headers={"Content-Type": "application/json"})
    assert answer.json["id"] == 7
    assert answer.json["result"]["server_serie"] == f"{house.version}.0"


def test_json_version_is_new_in_19(house):
    answer = http(f"{house.server.url}/json/version")
    if house.version < 19:
        assert answer.status == 404
    else:
        assert answer.json == {"version_info": [19, 0, 0, "final", 0, ""], "version": "19.0"}


def test_password_and_key_both_log_in(house):
    who = house.server.service
    with common(house) as proxy:
        by_key = proxy.authenticate("demo", who.login, who.api_key, {})
        by_password = proxy.authenticate("demo", who.login, who.password, {})
    assert by_key == by_password == house.service.uid


def test_a_wrong_password_is_false_and_no_fault(house):
    with common(house) as proxy:
        assert proxy.authenticate("demo", "admin", "nope", {}) is False
        assert proxy.authenticate("demo", "nobody", "admin", {}) is False


def test_a_wrong_database_is_a_traceback(house):
    with (
        common(house) as proxy,
        pytest.raises(xmlrpc.client.Fault, match=r"psycopg2\.OperationalError") as raised,
    ):
        proxy.authenticate("nodb", "admin", "admin", {})
    assert raised.value.faultCode == 1


def test_an_expired_key_is_refused(house):
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with house.server.engine.transaction() as env:
        add_key(env, house.service.uid, "e" * 40, expires=yesterday.strftime("%Y-%m-%d %H:%M:%S"))
    call: Any = ("demo", house.service.uid, "e" * 40, "res.users", "context_get", [])
    url = f"{house.server.url}/xmlrpc/2/object"
    if house.version < 18:
        # Keys do not expire on 17.
        with xmlrpc.client.ServerProxy(url) as proxy:
            told: Any = proxy.execute_kw(*call)
        assert told["uid"] == house.service.uid
        return
    with xmlrpc.client.ServerProxy(url) as proxy, pytest.raises(xmlrpc.client.Fault) as raised:
        proxy.execute_kw(*call)
    assert (raised.value.faultCode, raised.value.faultString) == (3, "Access Denied")
    if house.version >= 19:
        refusal = house.json2("res.users", "context_get", key="e" * 40)
        assert (refusal.status, refusal.json["message"]) == (401, "Invalid apikey")


def test_a_user_sees_own_keys_and_when_they_expire(house):
    keys = house.service.all("res.users.apikeys", [])
    assert {key["user_id"][0] for key in keys} == {house.service.uid}
    assert all("_key" not in key and "key" not in key for key in keys)
    assert all(("expiration_date" in key) is (house.version >= 18) for key in keys)


def test_the_context_names_the_user(house):
    told = house.service("res.users", "context_get")
    assert told == {"lang": "en_US", "tz": False, "uid": house.service.uid}


def test_json_rpc_logs_in_and_leaves_none_out(house):
    def rpc(service, method, *args):
        params = {"service": service, "method": method, "args": args}
        data = json.dumps({"jsonrpc": "2.0", "method": "call", "id": 1, "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        return http(f"{house.server.url}/jsonrpc", data=data, headers=headers).json

    who = house.server.service
    assert rpc("common", "login", "demo", who.login, who.api_key)["result"] == house.service.uid
    order = house.order()
    named: dict[str, object] = {}
    call = ("demo", house.service.uid, who.api_key, "purchase.order", "button_cancel", [[order]], named)
    assert rpc("object", "execute_kw", *call) == {"jsonrpc": "2.0", "id": 1}
    assert house.service.one("purchase.order", order, "state")["state"] == "cancel"


def test_the_connection_is_closed_after_each_answer(house, raw_socket):
    raw_socket.connect(("127.0.0.1", house.server.port))
    raw_socket.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n")
    received = b""
    while part := raw_socket.recv(65536):
        received += part
    assert b"\r\nConnection: close\r\n" in received
