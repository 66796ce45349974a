"""The business verbs of deadlines: terms, clocks that start and stop, steps, another contact."""

from orders.deadlines.actions.remind import take_steps
from orders.deadlines.actions.reroute import send_to_another_contact
from orders.deadlines.actions.start import start_clocks
from orders.deadlines.actions.stop import stop_clocks
from orders.deadlines.actions.terms import end_answer_terms, set_answer_terms

__all__ = [
    "end_answer_terms",
    "send_to_another_contact",
    "set_answer_terms",
    "start_clocks",
    "stop_clocks",
    "take_steps",
]
