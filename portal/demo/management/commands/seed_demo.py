"""Fills the demo: the connection to the sandbox, both sides' people, and what they have been doing."""

import os
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from portal.demo import setting
from portal.demo.play import play
from suppliers.people.models import User

_SELLERS = ("alice@acme.example", "mallory@globex.example")
_BUYER = "bea@northwind.example"


class Command(BaseCommand):
    """Idempotent: what is there stays as it is."""

    help = "Seed the demo's connection, people and orders."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing."""
        url = os.environ.get("DEMO_ODOO_URL", "http://127.0.0.1:8069")
        connection = setting.connect_sandbox(url)
        setting.import_everything(connection)
        setting.let_people_in()
        buyer = User.objects.get(email=_BUYER)
        for email in _SELLERS:
            played = play(User.objects.get(email=email), buyer, now=timezone.now())
            if played:
                self.stdout.write(f"{email} and {buyer.email} dealt with {played} orders.")
