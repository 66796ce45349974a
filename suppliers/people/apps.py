"""App settings."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "suppliers.people"
    label = "people"
    verbose_name = "People and companies"
