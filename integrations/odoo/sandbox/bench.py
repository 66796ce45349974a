"""The seed 'bench': many plain confirmed orders, written straight into the store."""

from __future__ import annotations

from datetime import datetime, timedelta

from integrations.odoo.sandbox.engine import Engine
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import DATETIME_FORMAT, stamp

VENDOR_COUNT = 40
PRODUCT_COUNT = 400


def fill(engine: Engine, on: datetime, *, orders: int, lines: int) -> None:
    """`orders` confirmed orders of `lines` lines with an open receipt, one minute apart up to `on`."""
    with engine.transaction(2, now=on - timedelta(days=120)) as env:
        vendors = [
            env.create(
                "res.partner",
                {"name": f"Bench vendor {number:02d}", "is_company": True, "supplier_rank": 1}
                | {"email": f"sales@vendor{number:02d}.example"},
            )["id"]
            for number in range(VENDOR_COUNT)
        ]
        products = [
            env.create(
                "product.product",
                {"name": f"Bench article {number:03d}", "default_code": f"BEN-{number:03d}"}
                | {"standard_price": 1.0 + number / 10},
            )
            for number in range(PRODUCT_COUNT)
        ]
    with engine.transaction(2, now=on) as env:
        bench = _Bench(env, on, orders)
        for number in range(orders):
            bench.add(number, vendors[number % VENDOR_COUNT], products, lines)


class _Bench:
    """Writes finished records: what confirming would have made, without the rules in between."""

    def __init__(self, env: Env, on: datetime, orders: int) -> None:
        self.env = env
        self.on = on
        self.orders = orders
        company = env.record("res.company", env.company_id)
        self.company = company["id"]
        self.currency = company["currency_id"]
        self.incoming = next(
            kind
            for kind in env.store.table("stock.picking.type").values()
            if kind["code"] == "incoming" and kind["company_id"] == self.company
        )
        self.tax = next(iter(env.store.table("account.tax").values()))
        self.unit = env.xmlid("uom.product_uom_unit")

    def add(self, number: int, vendor: int, products: list[Record], lines: int) -> None:
        """One order with its receipt."""
        moment = self.on - timedelta(minutes=self.orders - number)
        due = (moment + timedelta(days=10 + number % 60)).strftime(DATETIME_FORMAT)
        logged = {"create_date": stamp(moment), "write_date": stamp(moment), "create_uid": 2, "write_uid": 2}
        order = self._order(vendor, moment, due, logged)
        picking = self._picking(order, due, logged)
        untaxed = 0.0
        for position in range(lines):
            product = products[(number * 7 + position * 13) % len(products)]
            untaxed += self._line(order, picking, product, position, due, logged)
        order["amount_untaxed"] = round(untaxed, 2)
        order["amount_tax"] = round(untaxed * self.tax["amount"] / 100, 2)
        order["amount_total"] = round(order["amount_untaxed"] + order["amount_tax"], 2)

    def _order(self, vendor: int, moment: datetime, due: str, logged: Record) -> Record:
        placed = moment.strftime(DATETIME_FORMAT)
        order: Record = {
            "name": f"P{self.env.store.next_id('number:purchase.order'):05d}",
            "state": "purchase",
            "priority": "0",
            "partner_id": vendor,
            "company_id": self.company,
            "currency_id": self.currency,
            "user_id": 2,
            "date_order": placed,
            "date_approve": placed,
            "date_planned": due,
            "picking_type_id": self.incoming["id"],
            "invoice_status": "no",
            "receipt_status": "pending",
            "currency_rate": 1.0,
            **({"locked": False, "acknowledged": False} if self.env.version >= 19 else {}),
            **logged,
        }
        self.env.store.insert("purchase.order", order)
        return order

    def _picking(self, order: Record, due: str, logged: Record) -> Record:
        number = self.env.store.next_id(f"number:stock.picking.type:{self.incoming['id']}")
        picking: Record = {
            "name": f"WH/IN/{number:05d}",
            "origin": order["name"],
            "purchase_id": order["id"],
            "partner_id": order["partner_id"],
            "state": "assigned",
            "move_type": "direct",
            "priority": "0",
            "scheduled_date": due,
            "date_deadline": due,
            "picking_type_id": self.incoming["id"],
            "location_id": self.incoming["default_location_src_id"],
            "location_dest_id": self.incoming["default_location_dest_id"],
            "company_id": self.company,
            **logged,
        }
        self.env.store.insert("stock.picking", picking)
        order["picking_ids"] = [picking["id"]]
        return picking

    def _line(
        self, order: Record, picking: Record, product: Record, position: int, due: str, logged: Record
    ) -> float:
        quantity, price = float(10 + position), product["standard_price"]
        subtotal = round(quantity * price, 2)
        tax = round(subtotal * self.tax["amount"] / 100, 2)
        line: Record = {
            "order_id": order["id"],
            "sequence": 10,
            "name": f"[{product['default_code']}] {product['name']}",
            "product_id": product["id"],
            "product_qty": quantity,
            "product_uom_qty": quantity,
            self.env.own_name("purchase.order.line", "product_uom_id"): self.unit,
            self.env.own_name("purchase.order.line", "tax_ids"): [self.tax["id"]],
            "price_unit": price,
            "discount": 0.0,
            "price_subtotal": subtotal,
            "price_tax": tax,
            "price_total": round(subtotal + tax, 2),
            "date_planned": due,
            "qty_received_method": "stock_moves",
            "partner_id": order["partner_id"],
            "company_id": self.company,
            "currency_id": self.currency,
            "propagate_cancel": True,
            **({"technical_price_unit": price} if self.env.version >= 19 else {}),
            **logged,
        }
        self.env.store.insert("purchase.order.line", line)
        self.env.store.insert("stock.move", self._move(picking, line, logged))
        return subtotal

    def _move(self, picking: Record, line: Record, logged: Record) -> Record:
        return {
            "name": line["name"],
            "picking_id": picking["id"],
            "purchase_line_id": line["id"],
            "product_id": line["product_id"],
            "product_uom": self.unit,
            "product_uom_qty": line["product_qty"],
            "product_qty": line["product_qty"],
            "quantity": line["product_qty"],
            "picked": False,
            "state": "assigned",
            "sequence": 10,
            "date": line["date_planned"],
            "date_deadline": line["date_planned"],
            "price_unit": line["price_unit"],
            "location_id": picking["location_id"],
            "location_dest_id": picking["location_dest_id"],
            "picking_type_id": picking["picking_type_id"],
            "company_id": picking["company_id"],
            "partner_id": picking["partner_id"],
            "origin": picking["origin"],
            "reference": picking["name"],
            "procure_method": "make_to_stock",
            **logged,
        }
