"""What the web server calls."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
# Never trusted: importing the Celery app (any process of ours does) has said "system" by default.
os.environ["QUAYSIDE_PROCESS"] = "web"
application = get_wsgi_application()
