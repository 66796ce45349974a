"""From a stored connection to a gateway that speaks to it; one per process, kept while nothing changes."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from integrations.errors import DeliveryError, NeedsAttention
from integrations.odoo.client import Access, connect
from integrations.odoo.gateway import OdooGateway
from integrations.odoo.models import OdooConnection
from integrations.odoo.records import ServerIdentity
from integrations.odoo.secrets import KeyUnreadable
from integrations.odoo.traffic import ConnectionTraffic
from integrations.transactions import refuse_in_transaction

# The version is asked again once an hour, so that an upgraded Odoo is noticed without a restart.
KEPT_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class _Kept:
    fingerprint: tuple[Any, ...]
    until: float
    gateway: OdooGateway


_kept: dict[int, _Kept] = {}


def gateway_for(connection: OdooConnection, *, clock: Callable[[], float] = time.monotonic) -> OdooGateway:
    """Return the gateway of a connection; asks the server for its version when there is none yet.

    Raises TryLater when the server is away (each call does, at once, while the circuit is open or the
    connection paused), NeedsAttention when the connection is switched off or wrong.
    Raises RuntimeError inside a database transaction: what follows speaks to Odoo.
    """
    refuse_in_transaction()
    if not connection.is_active:
        raise NeedsAttention(f"The connection {connection.name} is switched off.")
    # A process made by fork must not share its parent's sockets; a changed address or key is a new gateway.
    fingerprint = (
        os.getpid(),
        connection.url,
        connection.database,
        connection.login,
        connection.encrypted_api_key,
    )
    kept = _kept.get(connection.pk)
    if kept and kept.fingerprint == fingerprint and kept.until > clock():
        return kept.gateway
    gateway = open_gateway(connection, guarded=True)
    # Two threads may both have opened one: the last stays, the other is closed when it is forgotten.
    _kept[connection.pk] = _Kept(fingerprint, clock() + KEPT_SECONDS, gateway)
    return gateway


def open_gateway(connection: OdooConnection, *, guarded: bool = False) -> OdooGateway:
    """Return a gateway of its own, not kept, also for a connection that is switched off.

    Unless *guarded* it calls while the circuit is open or the connection paused, too: it is how one tests.
    """
    try:
        key = connection.api_key
    except KeyUnreadable as error:
        raise NeedsAttention(
            f"The API key of {connection.name} cannot be decrypted: enter it again.", detail=str(error)
        ) from error
    access = Access(connection.url, connection.database, connection.login, key)
    client = connect(
        access,
        connect_seconds=settings.ODOO_CONNECT_SECONDS,
        read_seconds=settings.ODOO_READ_SECONDS,
        traffic=ConnectionTraffic(connection.pk, guarded=guarded),
    )
    return OdooGateway(client)


def examine(connection: OdooConnection, *, now: datetime) -> ServerIdentity:
    """Find out what there is to know about a connection, and keep it for the admin's page.

    Raises TryLater and NeedsAttention, kept as well; RuntimeError inside a transaction.
    """
    refuse_in_transaction()
    row = OdooConnection.objects.filter(pk=connection.pk)
    try:
        gateway = open_gateway(connection)
        try:
            identity = gateway.identify()
        finally:
            gateway.close()
    except DeliveryError as error:
        row.update(last_fault=error.sentence, tested_at=now)
        raise
    row.update(
        version=identity.version,
        protocol=identity.protocol,
        key_expires_at=identity.key_expires_at,
        findings=_findings(identity),
        last_seen_at=now,
        tested_at=now,
        last_fault="",
    )
    return identity


def _findings(identity: ServerIdentity) -> dict[str, Any]:
    return {
        "user": identity.user_name,
        "companies": [f"{company.name} ({company.currency})" for company in identity.companies],
        "may": identity.may,
        "missing_fields": list(identity.missing_fields),
        "warnings": list(identity.warnings),
    }
