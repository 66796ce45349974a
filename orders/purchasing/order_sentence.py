"""Where an order stands, as one sentence: what happened and who acts next. Pure."""

from collections.abc import Sequence

from orders.purchasing.lifecycle import LineState, OrderState, OrderSummary, Side
from orders.purchasing.models import PurchaseOrder, PurchaseOrderLine

_STATE_CLOSED = {
    OrderState.CANCELLED: "The buyer cancelled this order. Nothing needs to be done.",
    OrderState.WITHDRAWN: "The buyer took this order back to work on it. It returns when it is sent again.",
}


def state_sentence(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], side: Side) -> str:
    """Say what happened and who acts next."""
    if closed := _STATE_CLOSED.get(OrderState(order.state)):
        return closed
    states = [line.state for line in lines]
    waiting = sum(state in LineState.waiting_for_supplier() for state in states)
    proposed = states.count(LineState.PROPOSED)
    us, them = ("You", "the buyer") if side == Side.SUPPLIER else ("The supplier", "you")
    verb = "have" if side == Side.SUPPLIER else "has"
    if waiting and waiting == states.count(LineState.DUE):
        return _again(waiting, states, proposed, side)
    if waiting and proposed:
        return f"{_lines(waiting)} to confirm for {us.lower()}; {_lines(proposed)} with {them}."
    if waiting:
        total = len([state for state in states if state != LineState.CANCELLED])
        of_all = "all lines" if waiting == total else f"{waiting} of {_lines(total)}"
        return f"{us} {verb} to confirm {of_all}{', ' + _changed(order) if order.revision > 1 else ''}."
    if proposed:
        decides = "The buyer decides" if side == Side.SUPPLIER else "You decide"
        deviate = "deviates" if proposed == 1 else "deviate"
        return f"{decides} on {_lines(proposed)} that {deviate} from what was ordered."
    if order.summary == OrderSummary.REFUSED:
        return "Nothing of this order will be delivered; both sides know it."
    if order.summary == OrderSummary.AGREED:
        return _agreed(lines, side)
    return "This order is closed. Nothing needs to be done."


def _again(waiting: int, states: Sequence[str], proposed: int, side: Side) -> str:
    """All that waits was agreed already: say that its promise is to be confirmed again."""
    total = len([state for state in states if state != LineState.CANCELLED])
    which = _lines(waiting) if waiting == total else f"{waiting} of {_lines(total)}"
    comes = "comes" if waiting == 1 else "come"
    if side == Side.SUPPLIER:
        asked = f"Delivery is near: {'does' if waiting == 1 else 'do'} {which} still come as agreed?"
    else:
        asked = f"Delivery is near: the supplier is asked to confirm again that {which} {comes} as agreed."
    with_whom = "the buyer" if side == Side.SUPPLIER else "you"
    return f"{asked} {_lines(proposed)} with {with_whom}." if proposed else asked


def _changed(order: PurchaseOrder) -> str:
    return f"changed by the buyer (revision {order.revision})"


def _agreed(lines: Sequence[PurchaseOrderLine], side: Side) -> str:
    left = sum(line.awaited_change is not None for line in lines)
    if not left:
        return "Both sides agree on every line. Nothing needs to be done until delivery."
    which = f"{_lines(left)} {'waits' if left == 1 else 'wait'}"
    whose = "the buyer has" if side == Side.SUPPLIER else "you have"
    return f"Both sides agree on every line; {which} until {whose} changed product or unit in Odoo."


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"
