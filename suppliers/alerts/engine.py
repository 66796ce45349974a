"""Runs the rules: what a rule finds now is raised, what it no longer finds is cleared."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.utils.module_loading import autodiscover_modules

from suppliers.alerts.models import Alert
from suppliers.people.models import User

logger = logging.getLogger(__name__)

# Any number will do as long as nothing else in this database uses it as an advisory lock.
_ONE_RUN_AT_A_TIME = 20_261_123


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found. ``about`` is the row it concerns (with supplier_id and company_id).

    ``key`` names the cause and is unique within the rule; ``owner_roles`` says who must act;
    ``evidence`` holds the numbers behind the sentence (JSON).
    """

    about: Any
    key: str
    sentence: str
    owner_roles: Iterable[str]
    due_at: datetime | None = None
    evidence: dict[str, Any] = field(default_factory=dict)


Rule = Callable[[datetime], Iterable[Finding]]

_rules: dict[str, Rule] = {}


def alert_rule(code: str) -> Callable[[Rule], Rule]:
    """Register the function below, in ``<app>/alerts.py``: given ``now`` it returns all present findings."""

    def register(rule: Rule) -> Rule:
        _rules[code] = rule
        return rule

    return register


def run_rules(*, now: datetime) -> dict[str, int]:
    """Run every rule and return how many alerts of each are open now.

    A rule that breaks leaves its alerts as they are and does not stop the others. Two runs at the same time
    would only repeat each other: the second returns nothing.
    """
    autodiscover_modules("alerts")
    with transaction.atomic():
        if not _may_run():
            return {}
        return {code: count for code, rule in _rules.items() if (count := _run(code, rule, now)) is not None}


def open_for(user: User, *, now: datetime) -> QuerySet[Alert]:
    """The alerts this person must act on, most urgent first; those put off until later are left out."""
    mine = Alert.objects.visible_to(user).open().for_roles_of(user).awake(now=now)
    return mine.order_by(F("due_at").asc(nulls_last=True), "pk")


def _may_run() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_RUN_AT_A_TIME])
        return bool(cursor.fetchone()[0])


def _run(code: str, rule: Rule, now: datetime) -> int | None:
    try:
        with transaction.atomic():
            return _settle(code, {finding.key: finding for finding in rule(now)}, now)
    except Exception:
        logger.exception("The alert rule %s failed; its alerts stay as they were.", code)
        return None


def _settle(code: str, found: dict[str, Finding], now: datetime) -> int:
    """Bring the open alerts of one rule in line with what it found, writing only what differs."""
    standing = {alert.key: alert for alert in Alert.objects.open().filter(code=code).select_for_update()}
    gone = [alert.pk for key, alert in standing.items() if key not in found]
    Alert.objects.filter(pk__in=gone).update(cleared_at=now)
    Alert.objects.bulk_create(
        (
            Alert(code=code, key=key, raised_at=now, **_fields(f))
            for key, f in found.items()
            if key not in standing
        ),
        batch_size=1000,
    )
    changed = [alert for key, alert in standing.items() if key in found and _differs(alert, found[key])]
    Alert.objects.bulk_update(changed, ["sentence", "owner_roles", "due_at", "evidence"], batch_size=500)
    return len(found)


def _fields(finding: Finding) -> dict[str, Any]:
    return {
        "supplier_id": finding.about.supplier_id,
        "company_id": finding.about.company_id,
        "subject_type": finding.about._meta.model_name,
        "subject_id": finding.about.pk,
        **_words(finding),
    }


def _words(finding: Finding) -> dict[str, Any]:
    return {
        "sentence": finding.sentence,
        "owner_roles": sorted(str(role) for role in finding.owner_roles),
        "due_at": finding.due_at,
        "evidence": finding.evidence,
    }


def _differs(alert: Alert, finding: Finding) -> bool:
    """Take over what the rule says now; return whether that was anything new."""
    fresh = _words(finding)
    if all(getattr(alert, name) == value for name, value in fresh.items()):
        return False
    for name, value in fresh.items():
        setattr(alert, name, value)
    return True
