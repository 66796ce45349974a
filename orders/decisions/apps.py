"""App settings."""

from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "orders.decisions"
    label = "decisions"
    verbose_name = "Decisions"
