"""App settings."""

from django.apps import AppConfig


class AlertsConfig(AppConfig):
    name = "suppliers.alerts"
    label = "alerts"
    verbose_name = "Alerts"
