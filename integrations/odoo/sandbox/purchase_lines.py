"""purchase.order.line: defaults from the price list, and what writing to a confirmed order sets off."""

from __future__ import annotations

from integrations.odoo.sandbox import receipts
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import UserError, missing_required
from integrations.odoo.sandbox.mail_models import post
from integrations.odoo.sandbox.model import Reader, Values
from integrations.odoo.sandbox.order_sums import compute_amounts, compute_date, compute_line, is_confirmed
from integrations.odoo.sandbox.price_lists import choose_row, line_defaults, reprice
from integrations.odoo.sandbox.rpc_model import RpcModel
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import escaped


class PurchaseLine(RpcModel):
    """One line of an order, or a section or note between lines."""

    def make(self, env: Env, given: Values) -> int:
        """Fill in what was left out, as Odoo does: price for the smallest quantity of the price list."""
        order_id = given.get("order_id")
        if not order_id:
            raise missing_required(
                env.version, "order_id", "Order Reference", self.name, self.schema.description
            )
        order = env.record("purchase.order", order_id)
        values = {"sequence": 10, "propagate_cancel": True, "qty_received": 0.0, "qty_invoiced": 0.0, **given}
        values["qty_received_method"] = False
        if values.get("display_type"):
            values |= {"product_id": False, "product_qty": 0.0, "price_unit": 0.0, "date_planned": False}
        elif values.get("product_id"):
            values = {**self._from_product(env, order, values), **values}
            values["qty_received_method"] = self._received_method(env, values["product_id"])
        if env.version >= 19:
            values.setdefault("technical_price_unit", values.get("price_unit", 0.0))
        return super().make(env, values)

    def _from_product(self, env: Env, order: Record, values: Values) -> Values:
        product = env.record("product.product", values["product_id"])
        defaults = line_defaults(env, order, product)
        if "product_qty" in values:
            # The discount, unlike the price, is looked up for the quantity that is ordered.
            row = choose_row(env, product, order, float(values["product_qty"] or 0))
            defaults["discount"] = row["discount"] if row else 0.0
        return defaults

    @staticmethod
    def _received_method(env: Env, product_id: int) -> str:
        product = env.record("product.product", product_id)
        return "manual" if product.get("type") == "service" else "stock_moves"

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """Sums; on a confirmed order also a note and a longer receipt."""
        line = env.record(self.name, record_id)
        order = env.record("purchase.order", line["order_id"])
        compute_line(env, record_id)
        compute_date(env, order["id"])
        compute_amounts(env, order["id"])
        if order["state"] == "purchase" and line.get("product_id"):
            name = env.display_name("product.product", line["product_id"])
            post(env, "purchase.order", order["id"], f"<p>Extra line with {escaped(name)} </p>")
            receipts.cover_line(env, order, line)

    def before_change(self, env: Env, record: Record, values: Values) -> None:
        """A new quantity or unit takes price, discount and date from the price list, unless they are written.

        A new product does not: the line keeps even its description.
        """
        unit = env.own_name("purchase.order.line", "product_uom_id")
        if not {"product_qty", unit} & values.keys() or record.get("display_type"):
            return
        order = env.record("purchase.order", record["order_id"])
        quantity = float(values.get("product_qty", record["product_qty"]) or 0)
        if order["state"] == "purchase" and quantity != record["product_qty"]:
            if quantity < (record.get("qty_received") or 0.0):
                raise UserError(
                    "You cannot decrease the ordered quantity below the received quantity.\n"
                    "Create a return first."
                )
            self._note_quantity(env, record, quantity)
        if record.get("product_id") and self._follows_price_list(env, record, values):
            for name, value in reprice(env, {**record, **values}, order, quantity).items():
                values.setdefault(name, value)

    @staticmethod
    def _follows_price_list(env: Env, record: Record, values: Values) -> bool:
        """19 leaves prices alone that somebody edited after the line was made."""
        if env.version < 19:
            return True
        price = values.get("price_unit", record["price_unit"])
        return bool(price == record.get("technical_price_unit"))

    @staticmethod
    def _note_quantity(env: Env, record: Record, quantity: float) -> None:
        product = (
            env.display_name("product.product", record["product_id"]) if record.get("product_id") else ""
        )
        post(
            env,
            "purchase.order",
            record["order_id"],
            "<div><strong>The ordered quantity has been updated.</strong>"
            f"<ul><li>{escaped(product or record['name'])}:<br>"
            f"Ordered Quantity: {record['product_qty']} -&gt; {quantity}<br>"
            f"Received Quantity: {record.get('qty_received') or 0.0}<br>"
            f"Billed Quantity: {record.get('qty_invoiced') or 0.0}</li></ul></div>",
        )

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """Pass on to receipts what was written (not what was recomputed); then the sums."""
        line = env.record(self.name, record_id)
        order = env.record("purchase.order", line["order_id"])
        if given.get("date_planned") and is_confirmed(order):
            receipts.move_deadline(env, line)
        if order["state"] == "purchase":
            if "price_unit" in given:
                receipts.move_price(env, line)
            if line["product_qty"] != before["product_qty"]:
                receipts.cover_line(env, order, line)
        compute_line(env, record_id)
        if line.get("date_planned") != before.get("date_planned"):
            compute_date(env, order["id"])
        compute_amounts(env, order["id"])

    def before_delete(self, env: Env, record: Record) -> None:
        """Lines of a confirmed order stay; their quantity can be set to 0."""
        order = env.record("purchase.order", record["order_id"])
        if is_confirmed(order):
            label = env.schema.models["purchase.order"].fields["state"].selection[order["state"]]
            raise UserError(f"Cannot delete a purchase order line which is in state “{label}”.")

    def after_delete(self, env: Env, record: Record) -> None:
        """The sums of what is left."""
        compute_date(env, record["order_id"])
        compute_amounts(env, record["order_id"])

    def display_name(self, env: Env, record: Record) -> str:
        """The description."""
        return str(record.get("name") or "")

    def computed(self, env: Env, name: str) -> Reader | None:
        """What belongs to the order or the product."""
        if name in ("state", "date_order", "date_approve"):
            return lambda record: env.record("purchase.order", record["order_id"]).get(name, False)
        if name == "price_unit_discounted":
            return lambda record: record["price_unit"] * (1 - (record.get("discount") or 0.0) / 100)
        if name == "product_type":
            return lambda record: (
                env.record("product.product", record["product_id"]).get("type", False)
                if record.get("product_id")
                else False
            )
        return None
