"""What the tests of this wing share."""

import pytest
from django.core.cache import cache

from integrations.outbox.models import OutboxMessage
from suppliers.notices.deliveries import send_account_mail, send_notice

HANDLERS = {delivery.topic: delivery.handler for delivery in (send_notice, send_account_mail)}


@pytest.fixture(autouse=True)
def _fresh_rate_limits():
    """One test's failed log-ins must not lock the next one out."""
    cache.clear()


@pytest.fixture
def deliver_mail(db, mailoutbox):
    """Return a function that sends what waits in the outbox and returns the mails."""

    def deliver():
        for message in OutboxMessage.objects.filter(topic__in=HANDLERS).order_by("pk"):
            HANDLERS[message.topic](message)
        return list(mailoutbox)

    return deliver
