"""Encrypts the stored API keys anew, with the newest of the ENCRYPTION_KEYS."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from integrations.odoo.models import OdooConnection
from integrations.odoo.secrets import KeyUnreadable, reencrypt


class Command(BaseCommand):
    """After it succeeded, the older ENCRYPTION_KEYS may be taken out of the environment."""

    help = "Re-encrypt the API keys of all Odoo connections with the newest of the ENCRYPTION_KEYS."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate all that can be read, name those that cannot."""
        unreadable = []
        with transaction.atomic():
            for connection in OdooConnection.objects.select_for_update().exclude(encrypted_api_key=""):
                try:
                    connection.encrypted_api_key = reencrypt(connection.encrypted_api_key)
                except KeyUnreadable:
                    unreadable.append(connection.name)
                    continue
                connection.save(update_fields=["encrypted_api_key"])
                self.stdout.write(f"{connection.name}: encrypted with the newest key.")
        if unreadable:
            raise CommandError(
                f"No ENCRYPTION_KEYS opens the API key of {', '.join(unreadable)}: enter it again.",
                returncode=1,
            )
