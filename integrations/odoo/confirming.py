"""The order as a whole: acknowledge it, confirm a request for quotation, note the supplier's number."""

from integrations.errors import FaultClass, NeedsAttention
from integrations.odoo import values
from integrations.odoo.order_row import OrderRow
from integrations.odoo.records import OdooState

_CONFIRMED = frozenset({OdooState.TO_APPROVE, OdooState.PURCHASE, OdooState.LOCKED})


def acknowledge(order: OrderRow) -> None:
    """See Visit.acknowledge; a database without the flag has nothing to set."""
    dialect = order.dialect
    if order.read().get(dialect.acknowledged, True):
        return
    if dialect.acknowledge:
        order.call(dialect.acknowledge)
    else:
        order.call("write", vals={dialect.acknowledged: True})
    if not order.read_again()[dialect.acknowledged]:
        raise NeedsAttention("Odoo did not keep the acknowledgement.", fault=FaultClass.CONFLICT)


def confirm_rfq(order: OrderRow) -> None:
    """See Visit.confirm_rfq. Where the company approves in two steps, the order waits for that in Odoo."""
    state = order.state()
    if state in _CONFIRMED:
        return
    if state is not OdooState.SENT:
        raise NeedsAttention(
            f"The request for quotation is no longer open in Odoo: its state is '{state}'.",
            fault=FaultClass.CONFLICT,
        )
    order.call("button_confirm")
    # Odoo answers the same to who may and who may not: only the state tells.
    if order.state() not in _CONFIRMED:
        raise NeedsAttention("Odoo did not confirm the request for quotation.", fault=FaultClass.PERMISSION)


def note_supplier_reference(order: OrderRow, reference: str, *, former: str) -> None:
    """See Visit.note_supplier_reference.

    Up to 18 Odoo copies the "Vendor Reference" to every bill of the order, as the bill's number (so that the
    second bill looks like a duplicate) and as its payment reference: there it stays out of that field.
    """
    if not order.dialect.reference_stays:
        return
    held = values.text(order.read()["partner_ref"])
    if held != reference and held in {"", former}:
        order.call("write", vals={"partner_ref": reference})
