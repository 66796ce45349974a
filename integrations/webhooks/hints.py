"""What a hint does: it asks for a look at Odoo now instead of at the next interval, and nothing else."""

import hmac
import logging
import secrets
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from kombu.exceptions import OperationalError

from integrations.odoo.client import major_of
from integrations.odoo.models import OdooConnection
from integrations.webhooks.models import Hook

logger = logging.getLogger(__name__)

# From one look to the next, however many hints come.
APART = timedelta(seconds=1)
# Up to version 18 Odoo calls from inside the transaction: what it hints at cannot be read yet, and may not
# be for a while. So there we look a moment later, and once more.
AFTER_COMMIT = timedelta(milliseconds=100)
INSIDE_TRANSACTION = timedelta(milliseconds=500)
ONCE_MORE = timedelta(seconds=2)
# When another look is under way just then, it may be past what the hint is about.
_AGAIN = 3
_RECONNECT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0}


def make_address(connection: OdooConnection, *, at: datetime) -> str:
    """Give a connection a new secret address and return it: it cannot be shown again. The old one ends."""
    secret = secrets.token_urlsafe(32)
    Hook.objects.update_or_create(
        connection=connection, defaults={"digest": _digest(secret), "made_at": at, "last_hint_at": None}
    )
    return settings.SITE_URL + reverse("webhooks:odoo", args=[secret])


def hook_of(secret: str) -> Hook | None:
    """Return the hook with this secret; every one is compared, in constant time."""
    digest = _digest(secret)
    found = None
    for hook in Hook.objects.filter(connection__is_active=True).select_related("connection"):
        if hmac.compare_digest(hook.digest, digest):
            found = hook
    return found


def take_hint(hook: Hook, *, at: datetime) -> bool:
    """Ask for a look at Odoo soon; False when one is coming anyway. A flood costs a look a second."""
    # A version that was never asked for is taken for an old one: that costs a look more.
    late = major_of(hook.connection.version) < 19
    due = at + (INSIDE_TRANSACTION if late else AFTER_COMMIT)
    if hook.poll_due_at is not None:
        due = max(due, hook.poll_due_at + APART)
    # Only a hint that no coming look covers writes anything: the others cost one reading query.
    uncovered = Q(poll_due_at__isnull=True) | Q(poll_due_at__lt=at)
    taken = Hook.objects.filter(uncovered, pk=hook.pk).update(last_hint_at=at, poll_due_at=due)
    if not taken:
        return False
    waits = [due - at, due - at + ONCE_MORE] if late else [due - at]
    transaction.on_commit(partial(_ask, hook.connection_id, waits), robust=True)
    return True


def _ask(connection_id: int, waits: list[timedelta]) -> None:
    try:
        for wait in waits:
            current_app.send_task(
                settings.FEED_TASK,
                kwargs={"connection_id": connection_id, "again": _AGAIN},
                countdown=wait.total_seconds(),
                expires=wait.total_seconds() + 30,
                retry=True,
                retry_policy=_RECONNECT_ONCE,
            )
    except OperationalError:
        logger.warning("The broker did not take a hint for connection %s; the next poll will.", connection_id)


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
