"""Background work on connections: the admin's button asks for it, because requests do not speak to Odoo."""

import logging

from celery import shared_task
from django.utils import timezone

from integrations.errors import DeliveryError
from integrations.odoo import metering
from integrations.odoo.connect import examine
from integrations.odoo.models import OdooConnection

logger = logging.getLogger(__name__)


@shared_task(name="integrations.odoo.test_connection")
def test_connection(*, connection_id: int) -> None:
    """Ask a server who it is and what we may do there; the result is kept on the connection."""
    connection = OdooConnection.objects.get(pk=connection_id)
    try:
        examine(connection, now=timezone.now())
    except DeliveryError as error:
        logger.info("The test of %s failed: %s", connection, error.sentence)


@shared_task(name="integrations.odoo.test_all_connections")
def test_all_connections() -> None:
    """Look at every active connection once a day: keys expire, servers are upgraded, rights are withdrawn."""
    for connection_id in OdooConnection.objects.filter(is_active=True).values_list("pk", flat=True):
        test_connection.delay(connection_id=connection_id)


@shared_task(name="integrations.odoo.forget_old_calls")
def forget_old_calls() -> None:
    """Delete the figures of calls that nobody looks at any more."""
    metering.forget_old(now=timezone.now())
