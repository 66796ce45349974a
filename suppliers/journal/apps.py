"""App settings."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "suppliers.journal"
    label = "journal"
    verbose_name = "Journal"
