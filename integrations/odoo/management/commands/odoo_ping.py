"""Can we reach Odoo, as whom, and what may we do there?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from integrations.errors import DeliveryError
from integrations.odoo.connect import examine
from integrations.odoo.models import OdooConnection
from integrations.odoo.records import ServerIdentity


class Command(BaseCommand):
    """Ask each connection's server; exits with 1 when one cannot be used."""

    help = "Say for each Odoo connection: reachable, version, protocol, as whom, what we may do, key expiry."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take names of connections; none means all that are switched on."""
        parser.add_argument("name", nargs="*", help="names of connections (default: all that are active)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a paragraph for each connection."""
        names = options["name"]
        known = OdooConnection.objects.order_by("name")
        connections = list(known.filter(name__in=names) if names else known.filter(is_active=True))
        if missing := set(names) - {connection.name for connection in connections}:
            raise CommandError(f"No connection is named {', '.join(sorted(missing))}.")
        failed = [connection.name for connection in connections if not self._ping(connection)]
        if not connections:
            self.stdout.write("There is no active connection.")
        if failed:
            raise CommandError(f"Not usable: {', '.join(failed)}.", returncode=1)

    def _ping(self, connection: OdooConnection) -> bool:
        self.stdout.write(
            f"{connection.name}: {connection.login} at {connection.database} on {connection.url}"
        )
        try:
            identity = examine(connection, now=timezone.now())
        except DeliveryError as error:
            self.stdout.write(self.style.ERROR(f"  not usable ({error.fault}): {error.sentence}"))
            if error.detail:
                self.stdout.write("    " + error.detail.strip().splitlines()[-1])
            return False
        self.stdout.write(
            self.style.SUCCESS(f"  reachable: Odoo {identity.version} over {identity.protocol}")
        )
        for line in describe(identity):
            self.stdout.write(f"  {line}")
        return True


def describe(identity: ServerIdentity) -> list[str]:
    """Return what a ping found, line by line."""
    lines = [f"as {identity.user_name} (user {identity.user_id})"]
    lines += [f"company {row.odoo_id}: {row.name}, {row.currency}" for row in identity.companies]
    lines += [f"may{'' if allowed else ' NOT'} {words}" for words, allowed in identity.may.items()]
    lines += [f"this database lacks {name}" for name in identity.missing_fields]
    expires = identity.key_expires_at
    lines.append(f"key expires {expires:%Y-%m-%d %H:%M} UTC" if expires else "key: no end that Odoo tells")
    lines += [f"mind: {warning}" for warning in identity.warnings]
    return lines
