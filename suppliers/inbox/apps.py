"""App settings."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "suppliers.inbox"
    label = "inbox"
    verbose_name = "What people are told"
