"""App settings."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ReconciliationConfig(AppConfig):
    name = "integrations.reconciliation"
    label = "reconciliation"
    verbose_name = "Reconciliation"

    def ready(self) -> None:
        """Load what every app has to compare, in web, worker and command alike."""
        autodiscover_modules("odoo_compare")
