"""Receipts: made at confirmation, kept in step with the order, finished in whole or in part."""

from __future__ import annotations

from decimal import Decimal

from integrations.odoo.sandbox.environment import Env
from integrations.odoo.sandbox.errors import UserError
from integrations.odoo.sandbox.mail_models import post
from integrations.odoo.sandbox.model import Values
from integrations.odoo.sandbox.order_sums import compute_amounts, compute_line, compute_receipts, lines_of
from integrations.odoo.sandbox.store import Record
from integrations.odoo.sandbox.values import as_decimal

OVER = ("done", "cancel")


def open_moves(env: Env, line: Record) -> list[Record]:
    """Moves of an order line which are neither done nor cancelled."""
    moves = env.linked("stock.move", "purchase_line_id", line["id"])
    return [move for move in moves if move["state"] not in OVER]


def _moves_of_product(env: Env, line: Record) -> list[Record]:
    """What is on its way of the line's own product: what it held before is no concern of Odoo's."""
    moves = env.linked("stock.move", "purchase_line_id", line["id"])
    return [move for move in moves if move["product_id"] == line["product_id"]]


def receive_order(env: Env, order: Record) -> None:
    """The receipt of a freshly confirmed order."""
    for line in lines_of(env, order["id"]):
        if line.get("qty_received_method") == "stock_moves":
            _cover(env, order, line)
    _settle(env, order)


def cover_line(env: Env, order: Record, line: Record) -> None:
    """Bring the receipts in line with a line's quantity: more goods, or less.

    Less than is on its way shrinks a receipt move with the same date; when the date has changed too, Odoo
    plans a return of the difference instead.
    """
    if line.get("qty_received_method") == "stock_moves":
        _cover(env, order, line)
        _settle(env, order)


def _settle(env: Env, order: Record) -> None:
    for picking in env.linked("stock.picking", "purchase_id", order["id"]):
        compute_dates(env, picking["id"])
    compute_receipts(env, order["id"])


def _cover(env: Env, order: Record, line: Record) -> None:
    planned = Decimal(0)
    for move in _moves_of_product(env, line):
        if move["state"] != "cancel":
            quantity = move["quantity"] if move["state"] == "done" else move["product_uom_qty"]
            planned += -as_decimal(quantity) if move.get("to_refund") else as_decimal(quantity)
    difference = as_decimal(line["product_qty"]) - planned
    if not difference:
        return
    alike = [
        move
        for move in _moves_of_product(env, line)
        if move["state"] not in OVER
        and not move.get("to_refund")
        and move.get("date_deadline") == line["date_planned"]
    ]
    if alike and as_decimal(alike[0]["product_uom_qty"]) + difference >= 0:
        _resize(env, alike[0], float(as_decimal(alike[0]["product_uom_qty"]) + difference))
    elif difference > 0:
        _add_move(env, _open_receipt(env, order), line, float(difference))
    else:
        _add_return(env, order, line, float(-difference))


def _resize(env: Env, move: Record, quantity: float) -> None:
    """Give an open move another demand. 17 and 18 stamp the receipt, 19 does not."""
    env.put("stock.move", move["id"], {"product_uom_qty": quantity, "product_qty": quantity})
    if quantity:
        set_quantity(env, move["id"], quantity)
    else:
        cancel_moves(env, [move])
    if env.version < 19:
        stamp = {"write_date": env.now, "write_uid": env.uid}
        env.store.change("stock.picking", move["picking_id"], stamp)


def _open_receipt(env: Env, order: Record) -> Record:
    """The receipt that still waits, or a new one."""
    for picking in env.linked("stock.picking", "purchase_id", order["id"]):
        if picking["state"] not in OVER and picking["picking_type_id"] == order["picking_type_id"]:
            return picking
    return _new_picking(env, order, order["picking_type_id"])


def _new_picking(env: Env, order: Record, picking_type_id: int, **more: object) -> Record:
    kind = env.record("stock.picking.type", picking_type_id)
    values: Values = {
        "name": next_name(env, kind),
        "origin": order["name"],
        "partner_id": order["partner_id"],
        "picking_type_id": picking_type_id,
        "location_id": kind["default_location_src_id"],
        "location_dest_id": kind["default_location_dest_id"],
        "company_id": order["company_id"],
        "purchase_id": order["id"],
        "scheduled_date": order.get("date_planned") or env.now[:19],
        **more,
    }
    return env.create("stock.picking", values)


def next_name(env: Env, kind: Record) -> str:
    """`WH/IN/00001`."""
    warehouse = env.record("stock.warehouse", kind["warehouse_id"])
    number = env.store.next_id(f"number:stock.picking.type:{kind['id']}")
    return f"{warehouse['code']}/{kind['sequence_code']}/{number:05d}"


def _add_move(env: Env, picking: Record, line: Record, quantity: float, *, reserved: bool = True) -> Record:
    unit = line.get(env.own_name("purchase.order.line", "product_uom_id"))
    values: Values = {
        "picking_id": picking["id"],
        "picking_type_id": picking["picking_type_id"],
        "product_id": line["product_id"],
        "product_uom": unit,
        "product_uom_qty": quantity,
        "product_qty": quantity,
        "quantity": quantity if reserved else 0.0,
        "state": "assigned" if reserved else "confirmed",
        "date": line.get("date_planned") or env.now[:19],
        "date_deadline": line.get("date_planned") or False,
        "location_id": picking["location_id"],
        "location_dest_id": picking["location_dest_id"],
        "partner_id": picking["partner_id"],
        "company_id": picking["company_id"],
        "purchase_line_id": line["id"],
        "price_unit": line["price_unit"],
        "origin": picking["origin"],
        "reference": picking["name"],
    }
    if env.version < 19:
        values["name"] = line["name"]
    move = env.create("stock.move", values)
    if reserved:
        set_quantity(env, move["id"], quantity)
    return move


def _add_return(env: Env, order: Record, line: Record, quantity: float) -> None:
    warehouse = env.record("stock.picking.type", order["picking_type_id"])["warehouse_id"]
    out_type = env.record("stock.warehouse", warehouse)["out_type_id"]
    picking = _new_picking(env, order, out_type, state="confirmed")
    move = _add_move(env, picking, line, quantity, reserved=False)
    env.put("stock.move", move["id"], {"to_refund": True})


def set_quantity(env: Env, move_id: int, quantity: float) -> None:
    """Spread a move's quantity over its move lines: the last one takes the difference."""
    move = env.record("stock.move", move_id)
    env.put("stock.move", move_id, {"quantity": quantity})
    lines = env.linked("stock.move.line", "move_id", move_id)
    rest = as_decimal(quantity)
    for line in lines[:-1]:
        part = min(rest, as_decimal(line["quantity"]))
        env.put("stock.move.line", line["id"], {"quantity": float(part), "quantity_product_uom": float(part)})
        rest -= part
    if lines:
        last = {"quantity": float(rest), "quantity_product_uom": float(rest)}
        env.put("stock.move.line", lines[-1]["id"], last)
    elif quantity:
        env.create("stock.move.line", {"move_id": move["id"], "quantity": float(rest)})


def move_deadline(env: Env, line: Record) -> None:
    """A new date on the order line: deadlines follow, the planned dates of the receipt do not."""
    pickings = set()
    for move in open_moves(env, line):
        env.put("stock.move", move["id"], {"date_deadline": line["date_planned"]})
        pickings.add(move["picking_id"])
    for picking in sorted(pickings):
        compute_dates(env, picking)


def move_price(env: Env, line: Record) -> None:
    """A new price on the order line reaches what is still to come."""
    for move in open_moves(env, line):
        env.put("stock.move", move["id"], {"price_unit": line["price_unit"]})


def compute_dates(env: Env, picking_id: int) -> None:
    """Deadline and planned date: the earliest of the open moves (of all, when none is open)."""
    moves = env.linked("stock.move", "picking_id", picking_id)
    moves = [move for move in moves if move["state"] not in OVER] or moves
    deadlines = [move["date_deadline"] for move in moves if move.get("date_deadline")]
    dates = [move["date"] for move in moves if move.get("date")]
    values: Values = {"date_deadline": min(deadlines, default=False)}
    if dates and env.record("stock.picking", picking_id)["state"] not in OVER:
        values["scheduled_date"] = min(dates)
    env.put("stock.picking", picking_id, values)


def cancel_moves(env: Env, moves: list[Record]) -> None:
    """Nothing of these moves will come."""
    for move in moves:
        env.put("stock.move", move["id"], {"state": "cancel", "quantity": 0.0})
        for line in env.linked("stock.move.line", "move_id", move["id"]):
            env.store.delete("stock.move.line", line["id"])
        left = env.linked("stock.move", "picking_id", move["picking_id"])
        if all(other["state"] == "cancel" for other in left):
            env.put("stock.picking", move["picking_id"], {"state": "cancel"})


def cancel_picking(env: Env, picking: Record) -> None:
    """Cancel a transfer unless it is done."""
    if picking["state"] in OVER:
        return
    moves = env.linked("stock.move", "picking_id", picking["id"])
    cancel_moves(env, [move for move in moves if move["state"] not in OVER])
    env.put("stock.picking", picking["id"], {"state": "cancel"})


def finish(env: Env, picking: Record, counted: dict[int, float], *, backorder: bool) -> Record | None:
    """Finish a transfer with the quantities counted (move id -> quantity).

    What is missing goes to a backorder, or is cancelled when `backorder` is False. Returns the backorder.
    """
    moves = [
        move for move in env.linked("stock.move", "picking_id", picking["id"]) if move["state"] not in OVER
    ]
    rest: list[tuple[Record, float]] = []
    for move in moves:
        done = counted.get(move["id"], 0.0)
        missing = float(as_decimal(move["product_uom_qty"]) - as_decimal(done))
        if missing > 0:
            rest.append((move, missing))
    follower = _backorder(env, picking, rest) if rest and backorder else None
    for move in moves:
        _finish_move(env, move, counted.get(move["id"], 0.0), moved_on=follower is not None)
    env.put("stock.picking", picking["id"], {"state": "done", "date_done": env.now[:19]})
    _tell_order(env, picking)
    return follower


def _finish_move(env: Env, move: Record, done: float, *, moved_on: bool) -> None:
    if done:
        set_quantity(env, move["id"], done)
        values: Values = {"state": "done", "product_uom_qty": done, "product_qty": done, "picked": True}
        env.put("stock.move", move["id"], {**values, "date": env.now[:19]})
        for line in env.linked("stock.move.line", "move_id", move["id"]):
            env.put("stock.move.line", line["id"], {"picked": True, "state": "done", "date": env.now[:19]})
    elif not moved_on:
        cancel_moves(env, [move])


def _backorder(env: Env, picking: Record, rest: list[tuple[Record, float]]) -> Record:
    kind = env.record("stock.picking.type", picking["picking_type_id"])
    kept = ("origin", "partner_id", "picking_type_id", "location_id", "location_dest_id", "company_id")
    follower = env.create(
        "stock.picking",
        {name: picking[name] for name in (*kept, "purchase_id", "scheduled_date")}
        | {"name": next_name(env, kind), "backorder_id": picking["id"]},
    )
    for move, quantity in rest:
        if quantity == move["product_uom_qty"]:
            # Nothing of it came: the move itself goes over, with its lines.
            place = {"picking_id": follower["id"], "reference": follower["name"]}
            env.put("stock.move", move["id"], place)
            for line in env.linked("stock.move.line", "move_id", move["id"]):
                env.put("stock.move.line", line["id"], {"picking_id": follower["id"]})
            set_quantity(env, move["id"], quantity)
            continue
        copied = {
            name: value for name, value in move.items() if name in env.schema.models["stock.move"].fields
        }
        for name in ("id", "create_date", "create_uid", "write_date", "write_uid"):
            copied.pop(name, None)
        copied |= {"picking_id": follower["id"], "reference": follower["name"], "picked": False}
        copied |= {"product_uom_qty": quantity, "product_qty": quantity, "quantity": quantity}
        fresh = env.create("stock.move", copied)
        set_quantity(env, fresh["id"], quantity)
    compute_dates(env, follower["id"])
    text = f"<p>The backorder {follower['name']} has been created.</p>"
    post(env, "stock.picking", picking["id"], text)
    return follower


def split(env: Env, picking: Record) -> None:
    """Move what was not entered to a backorder; nothing is finished."""
    moves = [
        move for move in env.linked("stock.move", "picking_id", picking["id"]) if move["state"] not in OVER
    ]
    rest = []
    for move in moves:
        missing = float(as_decimal(move["product_uom_qty"]) - as_decimal(move["quantity"]))
        if missing > 0:
            rest.append((move, missing))
    if not rest:
        raise UserError("Nothing to split: every quantity is entered in full.")
    follower = _backorder(env, picking, rest)
    for move, _missing in rest:
        if move["picking_id"] != follower["id"]:
            env.put(
                "stock.move",
                move["id"],
                {"product_uom_qty": move["quantity"], "product_qty": move["quantity"]},
            )
    if picking.get("purchase_id"):
        compute_receipts(env, picking["purchase_id"])


def _tell_order(env: Env, picking: Record) -> None:
    """Received quantities and receipt status of the order."""
    order_id = picking.get("purchase_id")
    if not order_id:
        return
    for line in lines_of(env, order_id):
        compute_line(env, line["id"])
    compute_receipts(env, order_id)
    compute_amounts(env, order_id)
