"""App settings."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    name = "suppliers.policies"
    label = "policies"
    verbose_name = "Policies"
