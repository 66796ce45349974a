"""Puts the pieces together: settings, site map, Celery, home page; nobody imports it."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
