"""App settings."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "suppliers.notices"
    label = "notices"
    verbose_name = "Mail"
