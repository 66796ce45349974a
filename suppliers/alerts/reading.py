"""Reading alerts for their page: mine, a page at a time, with who else could look after each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from suppliers.alerts.models import Alert
from suppliers.people.models import Membership, User

PAGE = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert with the people who could look after it."""

    alert: Alert
    people: list[User]
    is_put_off: bool


def mine(user: User) -> QuerySet[Alert]:
    """Return the open alerts that one of this person's roles must act on, put off or not."""
    found: QuerySet[Alert] = Alert.objects.visible_to(user).open().for_roles_of(user)
    return found


def entries_of(user: User, *, put_off: bool, before: int, now: datetime) -> tuple[list[Entry], int | None]:
    """Return a page of alerts from the one at place *before* on, and where the next page begins, or None.

    Most urgent first. With *put_off* those that somebody has put off, without it those that are awake.
    """
    later = Q(snoozed_until__gt=now)
    found = mine(user).filter(later if put_off else ~later).select_related("assigned_to")
    rows = list(found.order_by(F("due_at").asc(nulls_last=True), "pk")[before : before + PAGE + 1])
    people = _people(user, rows[:PAGE])
    entries = [Entry(alert, people[alert.pk], put_off) for alert in rows[:PAGE]]
    return entries, before + PAGE if len(rows) > PAGE else None


def _people(user: User, alerts: Sequence[Alert]) -> dict[int, list[User]]:
    """Return for each alert who has a role to act on it, among the people this person may see."""
    sides = Q(supplier_id__in={alert.supplier_id for alert in alerts if alert.supplier_id})
    sides |= Q(company_id__in={alert.company_id for alert in alerts if alert.company_id})
    rows = list(
        Membership.objects.visible_to(user)
        .filter(sides, user__is_active=True)
        .select_related("user")
        .order_by("user__name", "pk")
    )
    return {alert.pk: _able(alert, rows) for alert in alerts}


def _able(alert: Alert, rows: Sequence[Membership]) -> list[User]:
    able = {
        row.user_id: row.user
        for row in rows
        if row.role in alert.owner_roles
        and (
            (row.supplier_id is not None and row.supplier_id == alert.supplier_id)
            or (row.company_id is not None and row.company_id == alert.company_id)
        )
    }
    return list(able.values())
