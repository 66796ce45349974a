"""The Celery app; its timetable is in the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("QUAYSIDE_PROCESS", "system")

app = Celery("quayside")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
