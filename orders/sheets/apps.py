"""App settings."""

from django.apps import AppConfig


class SheetsConfig(AppConfig):
    name = "orders.sheets"
    label = "sheets"
    verbose_name = "Spreadsheets"
