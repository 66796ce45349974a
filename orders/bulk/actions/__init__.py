"""What people can do with many lines at once: have a job drawn up, send it, drop it."""

from orders.bulk.actions.drawing_up import Draught, draw_up, draw_up_wish
from orders.bulk.actions.sending import WORK_OFF, drop_job, forget_old_jobs, send_job
from orders.bulk.actions.working import answer_next_order, unfinished_jobs

__all__ = [
    "WORK_OFF",
    "Draught",
    "answer_next_order",
    "draw_up",
    "draw_up_wish",
    "drop_job",
    "forget_old_jobs",
    "send_job",
    "unfinished_jobs",
]
