"""App settings."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OutboxConfig(AppConfig):
    name = "integrations.outbox"
    label = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        """Load every app's handlers once the models are there, in web, worker and command alike."""
        autodiscover_modules("odoo_push", "deliveries")
