"""The business verbs of deadlines: start and stop clocks, take steps, turn to another contact."""

from orders.deadlines.actions.remind import take_steps
from orders.deadlines.actions.reroute import send_to_another_contact
from orders.deadlines.actions.start import start_clocks
from orders.deadlines.actions.stop import stop_clocks

__all__ = ["send_to_another_contact", "start_clocks", "stop_clocks", "take_steps"]
