"""Counts the database queries of pages, as one person sees them."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from suppliers.people.models import User


class Command(BaseCommand):
    """For `make bench`: prints {path: queries}, everything between opening and ending the transaction."""

    help = "Count the queries of pages."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who looks at which pages."""
        parser.add_argument("email")
        parser.add_argument("paths", nargs="+")
        parser.add_argument("--show", action="store_true", help="print the queries as well")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask for each page twice, the second time with warm caches, and count."""
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(User.objects.get(email=options["email"]))
        counted = {}
        for path in options["paths"]:
            browser.get(path)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                response = browser.get(path)
            counted[path] = len(queries) if response.status_code == 200 else -response.status_code
            if options["show"]:
                for number, query in enumerate(queries, start=1):
                    self.stderr.write(f"{number:3} {query['time']} {query['sql'][:400]}")
        self.stdout.write(json.dumps(counted))
