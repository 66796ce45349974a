"""App settings."""

from django.apps import AppConfig


class OdooConfig(AppConfig):
    name = "integrations.odoo"
    label = "odoo"
    verbose_name = "Odoo connections"
