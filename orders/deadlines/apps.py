"""App settings."""

from django.apps import AppConfig


class DeadlinesConfig(AppConfig):
    name = "orders.deadlines"
    label = "deadlines"
    verbose_name = "Deadlines"
