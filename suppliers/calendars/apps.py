"""App settings."""

from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "suppliers.calendars"
    label = "calendars"
    verbose_name = "Working hours"
