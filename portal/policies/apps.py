"""App settings."""

from django.apps import AppConfig


class PolicyPagesConfig(AppConfig):
    name = "portal.policies"
    label = "policy_pages"
    verbose_name = "Policy pages"
