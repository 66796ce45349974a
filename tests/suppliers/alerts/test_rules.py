"""Alerts are raised and cleared by the same rule, and shown to those who must act."""

from datetime import timedelta

import pytest

from suppliers.alerts import engine
from suppliers.alerts.engine import Finding, alert_rule, open_for, run_rules
from suppliers.alerts.models import Alert
from suppliers.people.models import Role
from tests.factories import NOW


@pytest.fixture
def findings(monkeypatch):
    """The only rule there is finds what is put into this list."""
    found: list[Finding] = []
    monkeypatch.setattr(engine, "_rules", {})
    monkeypatch.setattr(engine, "autodiscover_modules", lambda name: None)
    alert_rule("test")(lambda now: list(found))
    return found


def unanswered(order, **fields) -> Finding:
    return Finding(
        **{
            "about": order,
            "key": f"order:{order.pk}",
            "sentence": f"{order.number} waits for an answer.",
            "owner_roles": {Role.OWNER, Role.SALES},
            "due_at": NOW,
            "evidence": {"days": 2},
        }
        | fields
    )


def test_what_a_rule_finds_is_raised_once(cast, order, findings):
    findings.append(unanswered(order))
    assert run_rules(now=NOW) == {"test": 1}
    run_rules(now=NOW + timedelta(minutes=1))

    alert = Alert.objects.get()
    assert (alert.raised_at, alert.cleared_at) == (NOW, None)
    assert (alert.subject_type, alert.subject_id) == ("purchaseorder", order.pk)
    assert alert.owner_roles == ["OWNER", "SALES"]


def test_what_it_no_longer_finds_is_cleared_and_may_come_back(cast, order, findings):
    findings.append(unanswered(order))
    run_rules(now=NOW)
    findings.clear()
    assert run_rules(now=NOW + timedelta(minutes=1)) == {"test": 0}
    assert Alert.objects.get().cleared_at == NOW + timedelta(minutes=1)

    findings.append(unanswered(order))
    run_rules(now=NOW + timedelta(minutes=2))
    assert Alert.objects.count() == 2
    assert Alert.objects.open().get().raised_at == NOW + timedelta(minutes=2)


def test_an_open_alert_follows_what_the_rule_says_now(cast, order, findings):
    findings.append(unanswered(order))
    run_rules(now=NOW)
    findings[:] = [unanswered(order, sentence="It waits for three days.", evidence={"days": 3})]
    run_rules(now=NOW + timedelta(minutes=1))

    alert = Alert.objects.get()
    assert (alert.sentence, alert.evidence, alert.raised_at) == ("It waits for three days.", {"days": 3}, NOW)


def test_an_unchanged_alert_is_not_written_again(cast, order, findings, django_assert_num_queries):
    findings.append(unanswered(order))
    run_rules(now=NOW)
    # Savepoints, the lock, and one look at what stands: no writes.
    with django_assert_num_queries(6) as queries:
        run_rules(now=NOW)
    assert not [q for q in queries.captured_queries if q["sql"].startswith(("UPDATE", "INSERT"))]


def test_a_broken_rule_keeps_its_alerts_and_stops_no_other(cast, order, findings, caplog):
    findings.append(unanswered(order))
    run_rules(now=NOW)

    def broken(now):
        raise ZeroDivisionError

    alert_rule("broken")(broken)
    Alert.objects.create(
        code="broken", key="x", supplier=cast.acme, subject_type="s", subject_id=1, sentence="Old",
        owner_roles=["SALES"], raised_at=NOW,
    )  # fmt: skip
    findings.clear()
    assert run_rules(now=NOW) == {"test": 0}
    assert Alert.objects.open().get().code == "broken"
    assert "broken failed" in caplog.text


def test_it_is_shown_to_the_roles_that_must_act_and_to_nobody_else(cast, order, findings):
    findings.append(unanswered(order))
    run_rules(now=NOW)

    assert open_for(cast.alice, now=NOW).count() == 1
    for other in (cast.rita, cast.bea, cast.mallory, cast.boris, cast.ada):
        assert not open_for(other, now=NOW).exists()


def test_what_is_put_off_comes_back_when_its_time_is_over(cast, order, findings):
    findings.append(unanswered(order))
    run_rules(now=NOW)
    Alert.objects.update(snoozed_until=NOW + timedelta(hours=1))

    assert not open_for(cast.alice, now=NOW).exists()
    assert open_for(cast.alice, now=NOW + timedelta(hours=1)).exists()
