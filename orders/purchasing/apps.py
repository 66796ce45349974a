"""App settings."""

from django.apps import AppConfig


class PurchasingConfig(AppConfig):
    name = "orders.purchasing"
    label = "purchasing"
    verbose_name = "Purchase orders"
