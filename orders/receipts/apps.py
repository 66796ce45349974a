"""App settings."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    name = "orders.receipts"
    label = "receipts"
    verbose_name = "Receipts"
