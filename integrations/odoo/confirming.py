"""The order as a whole: acknowledge it, confirm a request for quotation, note the supplier's number."""

from typing import Any

from integrations.errors import FaultClass, NeedsAttention
from integrations.odoo import values
from integrations.odoo.client import OdooClient
from integrations.odoo.reading import state_of
from integrations.odoo.records import OdooState
from integrations.odoo.subjects import ORDER
from integrations.odoo.versions import Dialect

_CONFIRMED = frozenset({OdooState.TO_APPROVE, OdooState.PURCHASE, OdooState.LOCKED})


def acknowledge(client: OdooClient, dialect: Dialect, order_id: int) -> None:
    """See Gateway.acknowledge."""
    row = read_order(client, order_id, [dialect.acknowledged])
    if row[dialect.acknowledged]:
        return
    if dialect.acknowledge:
        client.call(ORDER, dialect.acknowledge, [order_id])
    else:
        client.call(ORDER, "write", [order_id], vals={dialect.acknowledged: True})
    if not read_order(client, order_id, [dialect.acknowledged])[dialect.acknowledged]:
        raise NeedsAttention("Odoo did not keep the acknowledgement.", fault=FaultClass.CONFLICT)


def confirm_rfq(client: OdooClient, dialect: Dialect, order_id: int) -> None:
    """See Gateway.confirm_rfq. Where the company approves in two steps, the order waits for that in Odoo."""
    state = _state(client, dialect, order_id)
    if state in _CONFIRMED:
        return
    if state is not OdooState.SENT:
        raise NeedsAttention(
            f"The request for quotation is no longer open in Odoo: its state is '{state}'.",
            fault=FaultClass.CONFLICT,
        )
    client.call(ORDER, "button_confirm", [order_id])
    # Odoo answers the same to who may and who may not: only the state tells.
    if _state(client, dialect, order_id) not in _CONFIRMED:
        raise NeedsAttention("Odoo did not confirm the request for quotation.", fault=FaultClass.PERMISSION)


def note_supplier_reference(
    client: OdooClient, dialect: Dialect, order_id: int, reference: str, *, former: str
) -> None:
    """See Gateway.note_supplier_reference.

    Up to 18 Odoo copies the "Vendor Reference" to every bill of the order, as the bill's number (so that the
    second bill looks like a duplicate) and as its payment reference: there it stays out of that field.
    """
    if not dialect.reference_stays:
        return
    held = values.text(read_order(client, order_id, ["partner_ref"])["partner_ref"])
    if held != reference and held in {"", former}:
        client.call(ORDER, "write", [order_id], vals={"partner_ref": reference})


def read_order(client: OdooClient, order_id: int, fields: list[str]) -> dict[str, Any]:
    """Read one order. Raises NeedsAttention (conflict) when it is gone."""
    rows = client.call(ORDER, "read", [order_id], fields=fields, load="")
    if not rows:
        raise NeedsAttention("The order is gone in Odoo.", fault=FaultClass.CONFLICT)
    return rows[0]


def _state(client: OdooClient, dialect: Dialect, order_id: int) -> OdooState:
    fields = ["state", *([dialect.locked] if dialect.locked else [])]
    return state_of(read_order(client, order_id, fields), dialect)
