"""odoo-client-lib works against the sandbox, with the traits it showed against real servers."""

from __future__ import annotations

import xmlrpc.client

import odoolib
import pytest
from odoolib.tools import AuthenticationError


def connect(house, protocol, key=None):
    who = house.server.service
    return odoolib.get_connection(
        hostname="127.0.0.1",
        protocol=protocol,
        port=house.server.port,
        database="demo",
        login=who.login,
        password=key or who.api_key,
    )


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc"])
def test_both_old_protocols(house, protocol):
    vendor = house.vendor("Library vendor")
    connection = connect(house, protocol)
    partners = connection.get_model("res.partner")
    assert partners.read([vendor], ["name"]) == [{"id": vendor, "name": "Library vendor"}]
    assert partners.search_read([["id", "=", vendor]], ["name"])[0]["name"] == "Library vendor"
    assert connection.get_user_context()["uid"] == house.service.uid


@pytest.mark.parametrize("protocol", ["xmlrpc", "jsonrpc"])
def test_a_wrong_key_is_an_authentication_error(house, protocol):
    with pytest.raises(AuthenticationError):
        connect(house, protocol, "wrong").get_model("res.partner").read([1], ["name"])


def test_fault_codes_are_text(house):
    with pytest.raises(xmlrpc.client.Fault) as raised:
        connect(house, "xmlrpc").get_model("res.partner").write([987654], {"name": "x"})
    assert str(raised.value.faultCode).startswith("warning -- MissingError\n\nRecord does not exist")


def test_json_2_with_named_arguments(house19):
    vendor = house19.vendor("Library vendor")
    partners = connect(house19, "json2").get_model("res.partner")
    found = partners.search_read(domain=[["id", "=", vendor]], fields=["name"])
    assert found == [{"id": vendor, "name": "Library vendor"}]
    # One record comes back as a dict, not as a list.
    assert partners.read(ids=[vendor], fields=["name"]) in ({"id": vendor, "name": "Library vendor"}, found)
    with pytest.raises(ValueError, match="MissingError"):
        partners.write(ids=[987654], vals={"name": "x"})
