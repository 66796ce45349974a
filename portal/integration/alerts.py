"""What administrators are told before it hurts: an API key of Odoo that runs out."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from integrations.odoo.models import OdooConnection
from portal.integration.health import KEY_STEPS, key_step
from suppliers.alerts.engine import Finding, alert_rule
from suppliers.people.models import Role


@alert_rule("integration.key_expires")
def keys_that_expire(now: datetime) -> Iterator[Finding]:
    """Find API keys that run out within 30, 7 and 1 days; each step is an alert of its own."""
    soon = now + timedelta(days=max(KEY_STEPS))
    for connection in OdooConnection.objects.filter(
        is_active=True, key_expires_at__lte=soon
    ).prefetch_related("companies"):
        step = key_step(connection.key_expires_at, now)
        for company in connection.companies.all():
            yield Finding(
                about=company,
                key=f"{connection.pk}:{company.pk}:{step}",
                sentence=_sentence(connection, now),
                owner_roles=[Role.ADMINISTRATOR],
                due_at=connection.key_expires_at,
                evidence={"connection": connection.name, "days": step},
            )


def _sentence(connection: OdooConnection, now: datetime) -> str:
    assert connection.key_expires_at is not None  # noqa: S101 - the query asks for it
    if connection.key_expires_at <= now:
        return f"The API key of {connection.name} has run out: make a new one in Odoo and enter it."
    days = -((now - connection.key_expires_at) // timedelta(days=1))
    when = "within a day" if days <= 1 else f"in {days} days"
    return f"The API key of {connection.name} runs out {when}: make a new one in Odoo and enter it."
