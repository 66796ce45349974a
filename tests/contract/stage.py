"""Sets the stage as the buyer would, and keeps the gateway under test beside it."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from integrations.errors import TryLater
from integrations.odoo import values
from integrations.odoo.client import Access, OdooClient, connect, major_of
from integrations.odoo.gateway import OdooGateway
from integrations.odoo.records import AgreedLine, LineRecord, OrderRecord
from integrations.odoo.sandbox.server import SandboxServer

DUE = "2027-01-15 12:00:00"
DUE_AT = datetime(2027, 1, 15, 12, tzinfo=UTC)
LATER_AT = datetime(2027, 2, 3, 12, tzinfo=UTC)


@dataclass
class RecordingClient:
    """Passes calls on and remembers them; may lose the answer of one, or do something before one."""

    client: OdooClient
    calls: list[tuple[str, str]] = field(default_factory=list)
    lose_reply_of: tuple[str, str] | None = None
    before: Callable[[str, str], None] | None = None

    @property
    def version(self) -> str:
        return self.client.version

    @property
    def protocol(self) -> str:
        return self.client.protocol

    @property
    def answered_at(self) -> datetime | None:
        return self.client.answered_at

    def user_id(self) -> int:
        return self.client.user_id()

    def close(self) -> None:
        self.client.close()

    def call(self, model: str, method: str, ids: Sequence[int] | None = None, /, **arguments: Any) -> Any:
        if self.before:
            self.before(model, method)
        answer = self.client.call(model, method, ids, **arguments)
        self.calls.append((model, method))
        if self.lose_reply_of == (model, method):
            self.lose_reply_of = None
            raise TryLater("The reply was lost.")
        return answer

    @property
    def writes(self) -> list[tuple[str, str]]:
        """The calls that may have changed something."""
        reading = {"read", "search", "search_read", "search_count", "fields_get", "context_get"}
        return [call for call in self.calls if call[1] not in reading]


class Stage:
    """One Odoo: the buyer (who may do everything) and the portal's own user."""

    def __init__(self, service: Access, admin: Access, sandbox: SandboxServer | None = None) -> None:
        self.service, self.sandbox = service, sandbox
        self.buyer = connect(admin)
        self.client = connect(service)
        self.gateway = OdooGateway(self.client)
        self.major = major_of(self.client.version)
        self.buyer_id = self.buyer.user_id()
        self.company_ids = [company.odoo_id for company in self.gateway.identify().companies]

    def close(self) -> None:
        """Close all connections."""
        for client in (self.buyer, self.client):
            with suppress(Exception):
                client.close()

    def recording(self) -> tuple[OdooGateway, RecordingClient]:
        """A gateway whose calls can be counted, and disturbed."""
        client = RecordingClient(connect(self.service))
        return OdooGateway(client), client

    def create(self, model: str, vals: dict[str, Any]) -> int:
        """Create one record as the buyer."""
        return int(self.buyer.call(model, "create", vals_list=[vals])[0])

    def do(self, model: str, method: str, pk: int, **arguments: Any) -> Any:
        """Call a method on one record as the buyer."""
        return self.buyer.call(model, method, [pk], **arguments)

    def row(self, model: str, pk: int, *fields: str) -> dict[str, Any]:
        """Read one record as the buyer, many2one fields as bare ids."""
        (row,) = self.buyer.call(model, "read", [pk], fields=list(fields), load="")
        return row

    def vendor(self, **vals: Any) -> int:
        """A vendor nobody else has."""
        return self.create(
            "res.partner",
            {"name": f"Vendor {_unique()}", "is_company": True, "email": "sales@vendor.example"} | vals,
        )

    def product(self, **vals: Any) -> int:
        """A storable product with a code of its own."""
        storable = {"detailed_type": "product"} if self.major < 18 else {"type": "consu", "is_storable": True}
        code = f"C-{_unique()}"
        return self.create(
            "product.product", {"name": f"Bolt {code}", "default_code": code} | storable | vals
        )

    def price_list(self, vendor: int, product: int, **vals: Any) -> int:
        """A row of the vendor's price list."""
        template = self.row("product.product", product, "product_tmpl_id")["product_tmpl_id"]
        return self.create(
            "product.supplierinfo",
            {"partner_id": vendor, "product_tmpl_id": template, "min_qty": 1, "price": 3.0, "delay": 30}
            | vals,
        )

    def rfq(self, *, lines: int = 1, vendor: int | None = None, **vals: Any) -> int:
        """A draft: lines of 10 at 4.50, wanted on 15 January."""
        rows = [
            [
                0,
                0,
                {"product_id": self.product(), "product_qty": 10.0, "price_unit": 4.5, "date_planned": DUE},
            ]
            for _ in range(lines)
        ]
        return self.create(
            "purchase.order", {"partner_id": vendor or self.vendor(), "order_line": rows} | vals
        )

    def order(self, *, lines: int = 1, **vals: Any) -> int:
        """A confirmed order with its receipt."""
        pk = self.rfq(lines=lines, **vals)
        self.do("purchase.order", "button_confirm", pk)
        return pk

    def record(self, order_id: int) -> OrderRecord:
        """The order as the gateway reads it."""
        (record,) = self.gateway.orders([order_id])
        return record

    def receipts(self, order_id: int) -> list[dict[str, Any]]:
        """The order's receipts, oldest first."""
        ids = self.row("purchase.order", order_id, "picking_ids")["picking_ids"]
        fields = ["state", "scheduled_date", "date_deadline", "move_ids", "picking_type_code"]
        return self.buyer.call("stock.picking", "read", sorted(ids), fields=fields, load="")

    def receive(self, order_id: int, quantity: float) -> None:
        """Receive so much of each line; what is missing becomes a back order."""
        (receipt,) = [row for row in self.receipts(order_id) if row["state"] not in ("done", "cancel")]
        self.buyer.call("stock.move", "write", receipt["move_ids"], vals={"quantity": quantity})
        context = {"skip_backorder": True}
        self.do("stock.picking", "button_validate", receipt["id"], context=context)

    def clock(self) -> datetime:
        """Odoo's clock, whole seconds."""
        self.gateway.count_orders(self.company_ids)
        return self.gateway.clock()


def agreed(line: LineRecord, **changes: Any) -> AgreedLine:
    """An agreement on a line as it stands, with these changes."""
    return AgreedLine(
        odoo_id=line.odoo_id,
        quantity=changes.get("quantity", line.quantity),
        unit_price=changes.get("unit_price", line.unit_price),
        discount=changes.get("discount", line.discount),
        planned_at=changes.get("planned_at") or line.planned_at or DUE_AT,
        base_quantity=line.quantity,
        base_unit_price=line.unit_price,
        base_planned_at=line.planned_at,
    )


def moment(text: str) -> datetime:
    """A datetime Odoo showed."""
    return values.moment(text)


def number(value: float) -> Decimal:
    """A number Odoo showed."""
    return Decimal(repr(value))


def _unique() -> str:
    return uuid.uuid4().hex[:10]
