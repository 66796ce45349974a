"""Reading receipts: what is to come in for purchase orders, what came, and when."""

from collections.abc import Iterable

from integrations.odoo import values
from integrations.odoo.client import OdooClient
from integrations.odoo.lookups import Names, Row
from integrations.odoo.records import ReceiptMoveRecord, ReceiptRecord, ReceiptState
from integrations.odoo.subjects import MOVE, RECEIPT
from integrations.odoo.versions import Dialect

_FIELDS = ["name", "state", "company_id", "scheduled_date", "date_done", "picking_type_code"]
_STATES = {"done": ReceiptState.DONE, "cancel": ReceiptState.CANCELLED}
_BATCH = 500


def read_receipts(client: OdooClient, dialect: Dialect, ids: Iterable[int]) -> list[ReceiptRecord]:
    """See Gateway.receipts."""
    wanted = sorted(set(ids))
    units = Names(client, "uom.uom", "name")
    found: list[ReceiptRecord] = []
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        rows = client.call(
            RECEIPT, "search_read", domain=[("id", "in", batch)], fields=_FIELDS, order="id", load=""
        )
        moves = _moves(client, dialect, batch, units)
        found += [_receipt(row, moves.get(row["id"], [])) for row in rows]
    return found


def _moves(
    client: OdooClient, dialect: Dialect, ids: list[int], units: Names
) -> dict[int, list[ReceiptMoveRecord]]:
    rows = client.call(
        MOVE,
        "search_read",
        domain=[("picking_id", "in", ids), ("purchase_line_id", "!=", False)],
        fields=["picking_id", "purchase_line_id", "product_uom_qty", dialect.moved, "product_uom", "state"],
        order="id",
        load="",
    )
    units.learn(row["product_uom"] for row in rows)
    moves: dict[int, list[ReceiptMoveRecord]] = {}
    for row in rows:
        # Until it is done, Odoo holds in the same field what it has reserved.
        came = row[dialect.moved] if row["state"] == "done" else 0.0
        moves.setdefault(row["picking_id"], []).append(
            ReceiptMoveRecord(
                odoo_id=row["id"],
                line_id=row["purchase_line_id"],
                expected=values.quantity(row["product_uom_qty"] if row["state"] != "cancel" else 0.0),
                received=values.quantity(came),
                unit=units.of(row["product_uom"]),
            )
        )
    return moves


def _receipt(row: Row, moves: list[ReceiptMoveRecord]) -> ReceiptRecord:
    return ReceiptRecord(
        odoo_id=row["id"],
        company_id=row["company_id"],
        number=values.text(row["name"]),
        state=_STATES.get(row["state"], ReceiptState.EXPECTED),
        is_return=row["picking_type_code"] == "outgoing",
        scheduled_at=values.moment_or_none(row["scheduled_date"]),
        done_at=values.moment_or_none(row["date_done"]),
        moves=tuple(moves),
    )
