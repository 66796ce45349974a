"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

from portal.monitoring.tracing import start_tracing

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Never trusted: importing the Celery app (any process of ours does) has said "system" by default.
os.environ["QUAYSIDE_PROCESS"] = "web"
# Before Django reads its middleware: tracing adds one.
start_tracing("web")
application = get_wsgi_application()
