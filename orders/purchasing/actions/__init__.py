"""What people can do with a purchase order. Every way in (web, API, EDI, mail) ends in one of these."""

from orders.purchasing.actions.acknowledge import accept_order, acknowledge_order
from orders.purchasing.actions.decide import approve_lines, counter_line, decline_lines
from orders.purchasing.actions.withdraw import withdraw_proposals
from orders.purchasing.rules import LineReply, Part

__all__ = [
    "LineReply",
    "Part",
    "accept_order",
    "acknowledge_order",
    "approve_lines",
    "counter_line",
    "decline_lines",
    "withdraw_proposals",
]
