"""An Odoo behind the portal's connection, for tests that go the whole way: a buyer's hands on a sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from integrations.odoo.client import Access, OdooClient, connect
from integrations.odoo.sandbox.server import SandboxServer
from suppliers.people.models import BuyerCompany
from tests import real_odoo

PLANNED = "2026-12-15 11:00:00"


@dataclass(frozen=True)
class BuyersOdoo:
    """What a buyer does in Odoo, and what they see there."""

    server: SandboxServer | None  # None: the real one
    client: OdooClient

    def vendor(self, name: str = "Acme Fasteners GmbH") -> int:
        """Create a vendor; return its id."""
        return self.create("res.partner", name=name, is_company=True, supplier_rank=1)

    def product(self, code: str = "FST-1") -> int:
        """Create a product; return its id."""
        return self.create("product.product", name=f"Hex bolt {code}", default_code=code)

    def order(self, *quantities: float, vendor: int | None = None, confirm: bool = True) -> int:
        """Create an order with one line per quantity at 4.50, due on 15 December; return its id."""
        product = self.product()
        lines = [
            [
                0,
                0,
                {"product_id": product, "product_qty": quantity, "price_unit": 4.5, "date_planned": PLANNED},
            ]
            for quantity in quantities or (10,)
        ]
        order_id = self.create("purchase.order", partner_id=vendor or self.vendor(), order_line=lines)
        if confirm:
            self.client.call("purchase.order", "button_confirm", [order_id])
        return order_id

    def create(self, model: str, **values: Any) -> int:
        """Create one record; return its id."""
        created = self.client.call(model, "create", vals_list=[values])
        return created[0] if isinstance(created, list) else created

    def write(self, model: str, record_id: int, **values: Any) -> None:
        """Change one record."""
        self.client.call(model, "write", [record_id], vals=values)

    def read(self, model: str, domain: list[Any], *fields: str) -> list[dict[str, Any]]:
        """Read records, oldest first."""
        return self.client.call(model, "search_read", domain=domain, fields=list(fields), order="id")

    def lines(self, order_id: int) -> list[dict[str, Any]]:
        """Read the lines of an order."""
        domain = [("order_id", "=", order_id)]
        return self.read("purchase.order.line", domain, "product_qty", "price_unit", "date_planned")

    def notes(self, order_id: int) -> list[str]:
        """Read the portal's notes in an order's chatter."""
        about = [("model", "=", "purchase.order"), ("res_id", "=", order_id), ("body", "ilike", "Quayside")]
        # Odoo itself writes to whoever is given an activity by our user.
        domain = [*about, ("message_type", "=", "comment")]
        return [row["body"] for row in self.read("mail.message", domain, "body")]

    def questions(self, order_id: int) -> list[str]:
        """Read the activities on an order."""
        domain = [("res_model", "=", "purchase.order"), ("res_id", "=", order_id)]
        return [row["summary"] for row in self.read("mail.activity", domain, "summary")]

    def receipts(self, order_id: int) -> list[datetime]:
        """Read when the goods of an order are expected."""
        rows = self.read("stock.picking", [("purchase_id", "=", order_id)], "scheduled_date")
        return [datetime.fromisoformat(row["scheduled_date"]).replace(tzinfo=UTC) for row in rows]


@contextmanager
def odoo_of(company: BuyerCompany, *, version: int | str) -> Iterator[BuyersOdoo]:
    """Put a sandbox behind a company's connection, or the "real" Odoo that the environment names."""
    if version == "real":
        yield _behind(company, real_odoo.service(), real_odoo.admin(), None)
        return
    with SandboxServer(version=int(version)) as server:
        service, admin = (
            Access(server.url, server.database, user.login, user.api_key)
            for user in (server.service, server.admin)
        )
        yield _behind(company, service, admin, server)


def _behind(
    company: BuyerCompany, service: Access, admin: Access, server: SandboxServer | None
) -> BuyersOdoo:
    connection = company.connection
    connection.url, connection.database, connection.login = service.url, service.database, service.login
    connection.api_key = service.key
    connection.save()
    company.odoo_company_id = 1
    company.save()
    return BuyersOdoo(server, connect(admin, connect_seconds=5, read_seconds=20))
