"""App settings."""

from django.apps import AppConfig


class LinksConfig(AppConfig):
    name = "orders.links"
    label = "links"
    verbose_name = "Links in mails"
