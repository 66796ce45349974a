"""App settings."""

from django.apps import AppConfig


class GridConfig(AppConfig):
    name = "orders.grid"
    label = "grid"
    verbose_name = "Answer grid"
