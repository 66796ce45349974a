"""App settings."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PurchasingConfig(AppConfig):
    name = "orders.purchasing"
    label = "purchasing"
    verbose_name = "Purchase orders"

    def ready(self) -> None:
        """Load what other apps know of orders, where there are such apps: links in mails, deadlines."""
        autodiscover_modules("answer_times", "private_links")
