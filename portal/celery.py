"""The Celery app; its timetable is in the settings."""

import os
from contextlib import nullcontext
from typing import Any

from celery import Celery, Task
from celery.signals import setup_logging, worker_process_init
from django.db import close_old_connections

from integrations.errors import DeliveryError
from integrations.priority import BULK, yielding
from portal.monitoring.tracing import start_tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("QUAYSIDE_PROCESS", "system")

# Of 19: it still gets on when nobody else has anything to do, and hardly when all have.
_NICE = 10


class PortalTask(Task):
    """A task that keeps the worker's database connection, unless PostgreSQL has ended it.

    Celery by itself opens a new one for each task, which takes longer than most of our tasks.
    """

    abstract = True
    # An Odoo that is away is no mistake of ours: a line in the log, no traceback.
    throws = (DeliveryError,)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task on a connection that works; called as a function, it is on its caller's."""
        if not self.request.called_directly:
            close_old_connections()
        # What is done in the queue BULK lets everything else go first, with other systems too.
        delivered_in = (self.request.delivery_info or {}).get("routing_key")
        with yielding() if delivered_in == BULK else nullcontext():
            return super().__call__(*args, **kwargs)


app = Celery("quayside", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_the_logging_of_the_settings(**_: Any) -> None:
    """Celery leaves logging alone when somebody answers this: workers log as all our processes do."""


@worker_process_init.connect
def stand_back(**_: Any) -> None:
    """A worker of the bulk queue alone leaves the processor to whoever serves a person."""
    if set(app.amqp.queues.consume_from) == {BULK}:
        os.nice(_NICE)


@worker_process_init.connect
def trace_the_worker(**_: Any) -> None:
    """In each child: what sends spans is a thread, and threads do not survive a fork."""
    start_tracing("worker")
