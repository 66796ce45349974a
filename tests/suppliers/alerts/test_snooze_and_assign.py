"""An alert can be put off and taken on; neither settles it."""

from datetime import timedelta

import pytest

from suppliers.alerts.actions import assign_alert, snooze_alert
from suppliers.alerts.engine import open_for
from suppliers.alerts.models import Alert
from suppliers.journal.models import JournalEntry
from suppliers.people.models import Role
from suppliers.refusal import IllegalMove, Refused
from tests.factories import NOW

LATER = NOW + timedelta(days=1)


@pytest.fixture
def alert(cast, order) -> Alert:
    return Alert.objects.create(
        code="unanswered",
        key=f"order:{order.pk}",
        supplier=cast.acme,
        company=cast.northwind,
        subject_type="purchaseorder",
        subject_id=order.pk,
        sentence=f"{order.number} waits for an answer.",
        owner_roles=[Role.OWNER, Role.SALES],
        raised_at=NOW,
    )


def test_putting_off_keeps_it_open_but_out_of_sight(cast, alert):
    snooze_alert(alert, by=cast.alice, until=LATER, at=NOW)

    assert not open_for(cast.alice, now=NOW).exists()
    assert open_for(cast.alice, now=LATER).get() == alert
    assert JournalEntry.objects.get().verb == "alert.snoozed"


def test_a_time_that_has_passed_is_refused(cast, alert):
    with pytest.raises(Refused, match="future"):
        snooze_alert(alert, by=cast.alice, until=NOW, at=NOW)


def test_a_settled_alert_can_be_neither_put_off_nor_taken_on(cast, alert):
    Alert.objects.update(cleared_at=NOW)
    with pytest.raises(IllegalMove, match="settled"):
        snooze_alert(alert, by=cast.alice, until=LATER, at=NOW)
    with pytest.raises(IllegalMove, match="settled"):
        assign_alert(alert, to=cast.alice, by=cast.olivia, at=NOW)


def test_it_is_given_only_to_somebody_who_can_act_on_it(cast, alert):
    assign_alert(alert, to=cast.alice, by=cast.olivia, at=NOW)
    alert.refresh_from_db()
    assert alert.assigned_to == cast.alice
    for other in (cast.rita, cast.mallory, cast.bea):
        with pytest.raises(IllegalMove, match="no role"):
            assign_alert(alert, to=other, by=cast.olivia, at=NOW)
