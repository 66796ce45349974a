"""App settings."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class OdooConfig(AppConfig):
    name = "integrations.odoo"
    label = "odoo"
    verbose_name = "Odoo connections"

    def ready(self) -> None:
        """Load every app's readers once the models are there, in web, worker and command alike."""
        autodiscover_modules("odoo_pull")
