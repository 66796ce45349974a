"""App settings."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ThreadsConfig(AppConfig):
    name = "suppliers.threads"
    label = "threads"
    verbose_name = "Messages"

    def ready(self) -> None:
        """Find what can be talked about: every app names it in its matters.py."""
        autodiscover_modules("matters")
