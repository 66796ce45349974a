"""App settings."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PurchasingConfig(AppConfig):
    name = "orders.purchasing"
    label = "purchasing"
    verbose_name = "Purchase orders"

    def ready(self) -> None:
        """Load what makes the links in mails about orders, if there is such a room."""
        autodiscover_modules("private_links")
