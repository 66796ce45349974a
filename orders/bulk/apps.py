"""App settings."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "orders.bulk"
    label = "bulk"
    verbose_name = "Many lines at once"
