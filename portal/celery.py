"""The Celery app; its timetable is in the settings."""

import os
from typing import Any

from celery import Celery, Task
from django.db import close_old_connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("QUAYSIDE_PROCESS", "system")


class PortalTask(Task):
    """A task that keeps the worker's database connection, unless PostgreSQL has ended it.

    Celery by itself opens a new one for each task, which takes longer than most of our tasks.
    """

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the task on a connection that works; called as a function, it is on its caller's."""
        if not self.request.called_directly:
            close_old_connections()
        return super().__call__(*args, **kwargs)


app = Celery("quayside", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
