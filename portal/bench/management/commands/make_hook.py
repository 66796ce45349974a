"""Gives the bench's one connection a webhook."""

from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand
from django.utils import timezone

from integrations.odoo.models import OdooConnection
from integrations.webhooks.hints import make_address


class Command(BaseCommand):
    """For `make bench`: prints the path Odoo would call."""

    help = "Make a webhook."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it."""
        address = make_address(OdooConnection.objects.get(), at=timezone.now())
        self.stdout.write(urlsplit(address).path)
