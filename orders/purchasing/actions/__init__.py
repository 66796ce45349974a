"""What people can do with a purchase order. Every way in (web, API, EDI, mail) ends in one of these."""

from orders.purchasing.actions.acknowledge import (
    Sending,
    accept_order,
    acknowledge_order,
    acknowledge_together,
)
from orders.purchasing.actions.confirm_again import ask_to_confirm_again, ask_what_comes_due
from orders.purchasing.actions.decide import approve_lines, counter_line, decline_lines
from orders.purchasing.actions.missing_records import keep_missing_records
from orders.purchasing.actions.withdraw import withdraw_proposals
from orders.purchasing.rules import LineReply, Part

__all__ = [
    "LineReply",
    "Part",
    "Sending",
    "accept_order",
    "acknowledge_order",
    "acknowledge_together",
    "approve_lines",
    "ask_to_confirm_again",
    "ask_what_comes_due",
    "counter_line",
    "decline_lines",
    "keep_missing_records",
    "withdraw_proposals",
]
