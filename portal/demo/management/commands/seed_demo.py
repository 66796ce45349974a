"""Fills the demo: the connection to the sandbox, both sides' people, and what they have been doing."""

import os
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from integrations.odoo.sandbox.distributors import SOUTHBAY
from portal.demo import setting
from portal.demo.habits import decide_again_and_again
from portal.demo.links import play_links
from portal.demo.nearness import ask_what_is_near
from portal.demo.people import GLOBEX, NORTHWIND
from portal.demo.play import play
from portal.demo.rules import make_policies
from portal.demo.silence import be_silent
from portal.demo.talk import talk
from suppliers.people.models import BuyerCompany, Supplier, User

# Who answers, and who decides on it.
_PAIRS = (
    ("alice@acme.example", "max@northwind.example"),
    ("mallory@globex.example", "bea@northwind.example"),
    ("joris@vandael.example", "bea@northwind.example"),
    ("olivia@acme.example", "grace@southbay.example"),
)

# Who makes Northwind's policies.
_MANAGER = "max@northwind.example"

# Who asks, who answers, and a colleague of theirs.
_TALKERS = ("alice@acme.example", "bea@northwind.example", "max@northwind.example")


class Command(BaseCommand):
    """Idempotent: what is there stays as it is."""

    help = "Seed the demo's connection, people and orders."

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing."""
        setting.import_everything(
            setting.connect_sandbox(os.environ.get("DEMO_ODOO_URL", "http://127.0.0.1:8069"))
        )
        if second := os.environ.get("DEMO_SECOND_ODOO_URL"):
            connection = setting.connect_sandbox(second, name="Odoo 19 of Southbay", distributor=SOUTHBAY)
            setting.import_everything(connection)
        setting.let_people_in()
        made = make_policies(
            BuyerCompany.objects.get(name=NORTHWIND),
            Supplier.objects.get(name=GLOBEX),
            User.objects.get(email=_MANAGER),
            now=timezone.now(),
        )
        self.stdout.write(f"{made} policies were made.")
        for seller, buyer in _PAIRS:
            people = User.objects.in_bulk([seller, buyer], field_name="email")
            played = play(people[seller], people[buyer], now=timezone.now())
            self.stdout.write(f"{seller} and {buyer} dealt with {played} orders.")
            play_links(people[seller], people[buyer], now=timezone.now())
        people = User.objects.in_bulk(_PAIRS[0], field_name="email")
        alike = decide_again_and_again(*(people[email] for email in _PAIRS[0]), now=timezone.now())
        self.stdout.write(f"They decided alike on {alike} more lines.")
        people = User.objects.in_bulk(_TALKERS, field_name="email")
        written = talk(*(people[email] for email in _TALKERS), now=timezone.now())
        self.stdout.write(f"They wrote {written} messages.")
        people = User.objects.in_bulk(_PAIRS[0], field_name="email")
        silent = be_silent(*(people[email] for email in _PAIRS[0]), now=timezone.now())
        self.stdout.write(f"{silent} orders were mailed and not answered.")
        near = ask_what_is_near(
            BuyerCompany.objects.get(name=NORTHWIND),
            User.objects.in_bulk([seller for seller, _ in _PAIRS], field_name="email"),
            now=timezone.now(),
        )
        self.stdout.write(f"Suppliers were asked to confirm {near} orders again.")
