"""What people do about an alert besides removing its cause: put it off, or take it on."""

from datetime import datetime

from django.db import transaction

from suppliers.alerts.models import Alert
from suppliers.journal.actions import Happening, note
from suppliers.people.models import User
from suppliers.refusal import IllegalMove, Problem, Refused


@transaction.atomic
def snooze_alert(alert: Alert, *, by: User, until: datetime, at: datetime) -> None:
    """Keep an alert off the worklists until then; it stays open.

    Raises IllegalMove when its cause is gone, Refused for a time that is not in the future.
    """
    alert = _open(alert)
    if until <= at:
        raise Refused([Problem("until", until.isoformat(), "A time in the future is needed")])
    alert.snoozed_until = until
    alert.save(update_fields=["snoozed_until"])
    note(alert, Happening("alert.snoozed", f"{by} put off: {alert.sentence}"), by=by, at=at)


@transaction.atomic
def assign_alert(alert: Alert, *, to: User, by: User, at: datetime) -> None:
    """Say who looks after an alert. Raises IllegalMove when its cause is gone or they could not act on it."""
    alert = _open(alert)
    if to.roles_for(alert).isdisjoint(alert.owner_roles):
        raise IllegalMove(f"{to} has no role that could act on this.")
    alert.assigned_to = to
    alert.save(update_fields=["assigned_to"])
    note(alert, Happening("alert.assigned", f"{by} gave to {to}: {alert.sentence}"), by=by, at=at)


def _open(alert: Alert) -> Alert:
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=alert.pk)
    if alert.cleared_at is not None:
        raise IllegalMove("This has been settled meanwhile.")
    return alert
