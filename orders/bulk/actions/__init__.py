"""What people can do with many lines at once: have a job drawn up, send it, drop it."""

from orders.bulk.actions.drawing_up import Draught, Order, assess, draw_up, draw_up_wish, read_orders
from orders.bulk.actions.sending import WORK_OFF, drop_job, forget_old_jobs, send_job
from orders.bulk.actions.working import TURNS, answer_next_order

__all__ = [
    "TURNS",
    "WORK_OFF",
    "Draught",
    "Order",
    "answer_next_order",
    "assess",
    "draw_up",
    "draw_up_wish",
    "drop_job",
    "forget_old_jobs",
    "read_orders",
    "send_job",
]
