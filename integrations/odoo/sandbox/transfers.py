"""stock.picking, stock.move and stock.move.line as RPC sees them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from integrations.odoo.sandbox import access, receipts
from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import UserError
from integrations.odoo.sandbox.mail_models import Thread
from integrations.odoo.sandbox.model import Reader, Values
from integrations.odoo.sandbox.order_sums import compute_receipts
from integrations.odoo.sandbox.rpc_model import RpcModel, on_records, since
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import as_decimal


class Picking(Thread):
    """A transfer: here a receipt from a vendor, or a return to one."""

    def defaults(self, env: Env, values: Values) -> Values:
        """A transfer which is ready."""
        return {
            "state": "assigned",
            "move_type": "direct",
            "priority": "0",
            "scheduled_date": env.now[:19],
            "company_id": env.company_id,
            "is_locked": True,
            "printed": False,
            **({"date": env.now[:19]} if env.version < 19 else {}),
        }

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """A new planned date moves the open moves; the order is not told."""
        if given.get("scheduled_date"):
            for move in env.linked("stock.move", "picking_id", record_id):
                if move["state"] not in receipts.OVER:
                    date = env.record(self.name, record_id)["scheduled_date"]
                    env.put("stock.move", move["id"], {"date": date})

    def computed(self, env: Env, name: str) -> Reader | None:
        """What belongs to the operation type."""
        if name == "picking_type_code":
            return lambda record: env.record("stock.picking.type", record["picking_type_id"])["code"]
        if name == "move_ids_without_package":
            return lambda record: env.store.linked("stock.move", "picking_id", record["id"])
        if name == "products_availability":
            return lambda record: False
        return None

    @on_records
    def button_validate(self, env: Env, ids: list[int]) -> Any:
        """Finish transfers with the quantities entered.

        Answers a wizard when something is missing, unless the context says `skip_backorder`
        (and `picking_ids_not_to_backorder` for transfers whose rest is given up).
        """
        pickings = [p for p in self.visible(env, ids, access.WRITE) if p["state"] not in receipts.OVER]
        counted = {picking["id"]: self._counted(env, picking) for picking in pickings}
        for picking in pickings:
            if not any(counted[picking["id"]].values()):
                raise UserError(
                    "You cannot validate a transfer if no quantities are reserved. "
                    "To force the transfer, encode quantities."
                )
        short = [picking["id"] for picking in pickings if self._short(env, picking, counted[picking["id"]])]
        if short and not env.context.get("skip_backorder"):
            return self._ask(ids, short)
        given_up = env.context.get("picking_ids_not_to_backorder") or []
        for picking in pickings:
            keep = picking["id"] not in given_up
            receipts.finish(env, picking, counted[picking["id"]], backorder=keep)
        return True

    @staticmethod
    def _moves(env: Env, picking: Record) -> list[Record]:
        moves = env.linked("stock.move", "picking_id", picking["id"])
        return [move for move in moves if move["state"] not in receipts.OVER]

    def _counted(self, env: Env, picking: Record) -> dict[int, float]:
        """Quantities that count: if anything is picked only what is picked, else everything entered."""
        moves = self._moves(env, picking)
        lines = {move["id"]: env.linked("stock.move.line", "move_id", move["id"]) for move in moves}
        only_picked = any(line.get("picked") for found in lines.values() for line in found)
        counted: dict[int, float] = {}
        for move in moves:
            chosen = [line for line in lines[move["id"]] if line.get("picked") or not only_picked]
            self._check_lots(env, move, chosen)
            total = sum((as_decimal(line["quantity"]) for line in chosen), Decimal(0))
            if not lines[move["id"]] and not only_picked:
                total = as_decimal(move["quantity"])
            counted[move["id"]] = float(total)
        return counted

    @staticmethod
    def _check_lots(env: Env, move: Record, lines: list[Record]) -> None:
        product = env.record("product.product", move["product_id"])
        if product.get("tracking", "none") == "none":
            return
        if any(line["quantity"] and not (line.get("lot_id") or line.get("lot_name")) for line in lines):
            name = env.display_name("product.product", product["id"])
            raise UserError(f"You need to supply a Lot/Serial Number for product:\n{name}")

    def _short(self, env: Env, picking: Record, counted: dict[int, float]) -> bool:
        return any(counted[move["id"]] < move["product_uom_qty"] for move in self._moves(env, picking))

    @staticmethod
    def _ask(ids: list[int], short: list[int]) -> Values:
        return {
            "name": "Create Backorder?",
            "type": "ir.actions.act_window",
            "view_mode": "form",
            "res_model": "stock.backorder.confirmation",
            "views": [[False, "form"]],
            "target": "new",
            "context": {
                "button_validate_picking_ids": ids,
                "default_show_transfers": False,
                "default_pick_ids": [[4, found] for found in short],
            },
        }

    @on_records
    def action_cancel(self, env: Env, ids: list[int]) -> bool:
        """Nothing of these transfers will come."""
        for picking in self.visible(env, ids, access.WRITE):
            receipts.cancel_picking(env, picking)
            if picking.get("purchase_id"):
                compute_receipts(env, picking["purchase_id"])
        return True

    @on_records
    def action_assign(self, env: Env, ids: list[int]) -> bool:
        """Receipts are always ready."""
        self.visible(env, ids, access.WRITE)
        return True

    @since(18)
    @on_records
    def action_split_transfer(self, env: Env, ids: list[int]) -> None:
        """What is not announced by quantity goes to a backorder, without finishing anything."""
        for picking in self.visible(env, ids, access.WRITE):
            receipts.split(env, picking)


class Move(RpcModel):
    """How much of a product a transfer should bring (demand) and is said to bring (quantity)."""

    def defaults(self, env: Env, values: Values) -> Values:
        """Ready, nothing entered."""
        defaults: Values = {
            "state": "assigned",
            "sequence": 10,
            "priority": "0",
            "date": env.now[:19],
            "procure_method": "make_to_stock",
            "propagate_cancel": True,
            "picked": False,
            "quantity": 0.0,
            "to_refund": False,
            "company_id": env.company_id,
        }
        if values.get("product_id"):
            product = env.record("product.product", values["product_id"])
            defaults["product_uom"] = product["uom_id"]
            if env.version < 19:
                defaults["name"] = product["name"]
        return defaults

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """Quantity and move lines say the same; the transfer's dates follow."""
        move = env.record(self.name, record_id)
        if "quantity" in given:
            receipts.set_quantity(env, record_id, move["quantity"])
        if "picked" in given:
            for line in env.linked("stock.move.line", "move_id", record_id):
                env.put("stock.move.line", line["id"], {"picked": move["picked"]})
        if {"date", "date_deadline"} & set(given) and move.get("picking_id"):
            receipts.compute_dates(env, move["picking_id"])

    def display_name(self, env: Env, record: Record) -> str:
        """Product and place."""
        return f"{record.get('reference') or ''}: {env.display_name('product.product', record['product_id'])}"

    def computed(self, env: Env, name: str) -> Reader | None:
        """What belongs to product, lines and operation type."""
        if name == "has_tracking":
            return lambda record: env.record("product.product", record["product_id"]).get("tracking", "none")
        if name == "lot_ids":
            return lambda record: [
                line["lot_id"]
                for line in env.linked("stock.move.line", "move_id", record["id"])
                if line.get("lot_id")
            ]
        if name == "picking_code":
            return lambda record: (
                env.record("stock.picking.type", record["picking_type_id"])["code"]
                if record.get("picking_type_id")
                else False
            )
        return None


class MoveLine(RpcModel):
    """Part of a move: a lot, a package, a quantity."""

    def make(self, env: Env, given: Values) -> int:
        """What is not said comes from the move."""
        values = {"quantity": 0.0, "picked": False, "date": env.now[:19], **given}
        move = env.store.table("stock.move").get(values.get("move_id") or 0)
        if move is not None:
            for name, source in _FROM_MOVE:
                values.setdefault(name, move.get(source, False))
        values["quantity_product_uom"] = values["quantity"]
        values.setdefault("company_id", env.company_id)
        return super().make(env, values)

    def after_make(self, env: Env, record_id: int, given: Values) -> None:
        """The move's quantity is the sum."""
        self._sum(env, env.record(self.name, record_id))

    def after_change(self, env: Env, record_id: int, before: Record, given: Values) -> None:
        """The move's quantity is the sum."""
        line = env.record(self.name, record_id)
        env.put(self.name, record_id, {"quantity_product_uom": line["quantity"]})
        self._sum(env, line)

    def after_delete(self, env: Env, record: Record) -> None:
        """The move's quantity is the sum."""
        self._sum(env, record)

    def display_name(self, env: Env, record: Record) -> str:
        """The product."""
        return env.display_name("product.product", record["product_id"]) if record.get("product_id") else ""

    @staticmethod
    def _sum(env: Env, line: Record) -> None:
        move_id = line.get("move_id")
        if not move_id or move_id not in env.store.table("stock.move"):
            return
        lines = env.linked("stock.move.line", "move_id", move_id)
        total = sum((as_decimal(other["quantity"]) for other in lines), Decimal(0))
        picked = any(other.get("picked") for other in lines)
        env.put("stock.move", move_id, {"quantity": float(total), "picked": picked})


_FROM_MOVE = (
    ("picking_id", "picking_id"),
    ("product_id", "product_id"),
    ("product_uom_id", "product_uom"),
    ("location_id", "location_id"),
    ("location_dest_id", "location_dest_id"),
    ("company_id", "company_id"),
    ("state", "state"),
    ("reference", "reference"),
)


class BackorderWizard(RpcModel):
    """The question `button_validate` asks, and its two answers."""

    @on_records
    def process(self, env: Env, ids: list[int]) -> Any:
        """Finish the transfers; the rest goes to backorders, except where a line of the wizard says no."""
        for wizard in self.visible(env, ids, access.WRITE):
            lines = env.linked(f"{self.name}.line", "backorder_confirmation_id", wizard["id"])
            given_up = [line["picking_id"] for line in lines if not line.get("to_backorder")]
            self._finish(env, wizard, given_up)
        return True

    @on_records
    def process_cancel_backorder(self, env: Env, ids: list[int]) -> Any:
        """Finish the transfers; the rest is given up."""
        for wizard in self.visible(env, ids, access.WRITE):
            self._finish(env, wizard, wizard["pick_ids"])
        return True

    @staticmethod
    def _finish(env: Env, wizard: Record, given_up: list[int]) -> None:
        sure = env.with_context(skip_backorder=True, picking_ids_not_to_backorder=given_up)
        Picking.button_validate(env.models["stock.picking"], sure, wizard["pick_ids"])  # type: ignore[arg-type]


STOCK_MODELS: dict[str, type[RpcModel]] = {
    "stock.picking": Picking,
    "stock.move": Move,
    "stock.move.line": MoveLine,
    "stock.backorder.confirmation": BackorderWizard,
}
