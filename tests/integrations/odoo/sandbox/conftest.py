"""One running sandbox per version and test file, and somebody to call it."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from integrations.odoo.sandbox import SandboxServer
from integrations.odoo.sandbox.users import Credentials

ROOT = Path(__file__).parents[4]
# Answers of real servers, kept beside the checkout. Tests which compare with them are skipped without.
RECORDED = ROOT.parent / "shared" / "odoo"
VERSIONS = (17, 18, 19)


@dataclass
class HttpAnswer:
    """Status, headers and body of one answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


def http(
    url: str, *, data: bytes | None = None, headers: dict[str, str] | None = None, verb: str | None = None
):
    """One HTTP request which takes any status for an answer and follows no redirect."""
    request = urllib.request.Request(url, data=data, headers=headers or {}, method=verb)  # noqa: S310
    opener = urllib.request.build_opener(_NoRedirect)
    try:
        with opener.open(request, timeout=10) as reply:
            return HttpAnswer(reply.status, dict(reply.headers), reply.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return HttpAnswer(refusal.code, dict(refusal.headers), refusal.read())


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class Caller:
    """Calls models over /xmlrpc/2 as one user."""

    def __init__(self, server: SandboxServer, who: Credentials) -> None:
        self.server = server
        self.who = who
        self.uid = server.engine.user_for(server.database, who.login, who.api_key)

    def __call__(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        with xmlrpc.client.ServerProxy(f"{self.server.url}/xmlrpc/2/object") as proxy:
            return proxy.execute_kw(
                self.server.database, self.uid, self.who.api_key, model, method, list(args), kwargs
            )

    def nothing(self, model: str, method: str, *args: Any, **kwargs: Any) -> None:
        """Call a method that answers None: XML-RPC cannot say so, though the work is done."""
        with pytest.raises(xmlrpc.client.Fault, match="cannot marshal None unless allow_none is enabled"):
            self(model, method, *args, **kwargs)

    def refused(self, model: str, method: str, *args: Any, **kwargs: Any) -> xmlrpc.client.Fault:
        """Call something that must fail; the fault."""
        with pytest.raises(xmlrpc.client.Fault) as raised:
            self(model, method, *args, **kwargs)
        return raised.value

    def one(self, model: str, record_id: int, *fields: str) -> dict[str, Any]:
        """One record."""
        found = self(model, "read", [record_id], list(fields))
        assert len(found) == 1
        return found[0]

    def all(self, model: str, domain: list[Any], *fields: str, **more: Any) -> list[dict[str, Any]]:
        """Records that match."""
        return self(model, "search_read", domain, fields=list(fields), **more)


class House:
    """A running sandbox with its callers, and short ways to a vendor, a product and an order."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.version = server.version
        self.service = Caller(server, server.service)
        self.admin = Caller(server, server.admin)

    def own(self, model: str, newest: str) -> str:
        """This version's name of a field."""
        return self.server.engine.schema.own_name(model, newest)

    def vendor(self, name: str = "Acme Fasteners GmbH", **more: Any) -> int:
        values = {"name": name, "is_company": True, "supplier_rank": 1, "email": "sales@acme.example"}
        return self.admin("res.partner", "create", {**values, **more})

    def product(self, name: str = "Hex bolt", **more: Any) -> int:
        return self.admin("product.product", "create", {"name": name, "standard_price": 2.0, **more})

    def price(self, vendor: int, product: int, price: float, **more: Any) -> int:
        """A row of the vendor's price list."""
        template = self.admin.one("product.product", product, "product_tmpl_id")["product_tmpl_id"][0]
        values = {
            "partner_id": vendor,
            "product_tmpl_id": template,
            "price": price,
            "min_qty": 1.0,
            "delay": 0,
        }
        return self.admin("product.supplierinfo", "create", {**values, **more})

    def line(self, product: int, quantity: float = 10, price: float = 4.5, due: str = "2026-12-15 12:00:00"):
        """The command for one new order line."""
        values = {"product_id": product, "product_qty": quantity, "price_unit": price, "date_planned": due}
        return [0, 0, values]

    def order(self, *lines: Any, vendor: int | None = None, confirmed: bool = True, **more: Any) -> int:
        """An order; without lines one of ten pieces at 4.50."""
        lines = lines or (self.line(self.product()),)
        values = {"partner_id": vendor or self.vendor(), "order_line": list(lines), **more}
        order = self.service("purchase.order", "create", values)
        if confirmed:
            assert self.service("purchase.order", "button_confirm", [order]) is True
        return order

    def lines(self, order: int) -> list[int]:
        return self.service.one("purchase.order", order, "order_line")["order_line"]

    def receipts(self, order: int) -> list[int]:
        return self.service("stock.picking", "search", [["purchase_id", "=", order]], order="id")

    def moves(self, order: int, *fields: str) -> list[dict[str, Any]]:
        return self.service.all(
            "stock.move", [["purchase_line_id.order_id", "=", order]], *fields, order="id"
        )

    def json2(self, model: str, method: str, key: str | None = None, **named: Any) -> HttpAnswer:
        """One JSON-2 call."""
        headers = {
            "Authorization": f"bearer {key or self.server.api_key}",
            "Content-Type": "application/json; charset=utf-8",
            "X-Odoo-Database": self.server.database,
        }
        url = f"{self.server.url}/json/2/{model}/{method}"
        return http(url, data=json.dumps(named).encode(), headers=headers)


@pytest.fixture(scope="module", params=VERSIONS, ids=lambda version: f"odoo{version}")
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """An empty sandbox of each version in turn."""
    with SandboxServer(version=request.param) as server:
        yield House(server)


@pytest.fixture(scope="module")
def house19() -> Iterator[House]:
    """An empty sandbox of version 19."""
    with SandboxServer(version=19) as server:
        yield House(server)


@pytest.fixture
def raw_socket() -> Iterator[socket.socket]:
    """A bare TCP connection, for what an HTTP client would not send."""
    with socket.socket() as connection:
        connection.settimeout(5)
        yield connection
