"""App settings."""

from django.apps import AppConfig


class IntegrationConfig(AppConfig):
    name = "portal.integration"
    label = "integration"
    verbose_name = "Integration"
