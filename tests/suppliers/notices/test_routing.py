"""Each reader is told as they chose: at once, collected or here alone; who is away is stood in for."""

from datetime import date, timedelta

import pytest
from django.db.utils import IntegrityError

from integrations.outbox.models import OutboxMessage
from suppliers.notices.actions import notify
from suppliers.notices.events import Kind
from suppliers.notices.lifecycle import NoticeState
from suppliers.notices.models import Absence, Notice, Preference
from suppliers.people.models import Role
from tests import factories
from tests.factories import NOW, TODAY
from tests.suppliers.notices.test_notify import context


@pytest.fixture
def tell(order):
    def told(*people, event="order_decided", at=NOW, key="k", **more):
        notify(order, event=event, to=people, context=context(), at=at, key=key, **more)
        return {notice.to_name: notice.state for notice in Notice.objects.filter(key=key)}

    return told


def prefer(person, mail, kind=Kind.DECISIONS, **more):
    Preference.objects.create(user=person, kind=kind, mail=mail, **more)


def away(person, delegate, first=TODAY, last=TODAY):
    Absence.objects.create(user=person, delegate=delegate, first_day=first, last_day=last)


def test_at_once_is_what_is_recommended(cast, tell):
    assert tell(cast.alice) == {"Alice Sales": NoticeState.WAITING}
    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("mail", "state"),
    [
        ("LIVE", NoticeState.WAITING),
        ("HOURLY", NoticeState.COLLECTED),
        ("DAILY", NoticeState.COLLECTED),
        ("WEEKLY", NoticeState.COLLECTED),
        ("NEVER", NoticeState.SILENT),
    ],
)
def test_everybody_is_told_as_they_chose(cast, tell, mail, state):
    prefer(cast.alice, mail)
    prefer(cast.olivia, "NEVER", Kind.MESSAGES)  # another kind
    assert tell(cast.alice, cast.olivia) == {"Alice Sales": state, "Olivia Owner": NoticeState.WAITING}
    assert OutboxMessage.objects.count() == (2 if mail == "LIVE" else 1)
    assert Notice.objects.get(to_user=cast.alice).frequency == mail


def test_the_bell_can_be_silenced_by_itself(cast, tell):
    prefer(cast.alice, "LIVE", in_app=False)
    tell(cast.alice)
    assert not Notice.objects.get().in_app


@pytest.mark.parametrize("event", ["order_new", "order_reminder", "order_silent"])
def test_never_weakens_no_deadline(cast, tell, event):
    for person in (cast.alice, cast.olivia):
        for kind in (Kind.ORDERS, Kind.REMINDERS, Kind.ESCALATIONS):
            prefer(person, "NEVER", kind)
    told = tell(cast.alice, cast.olivia, event=event)
    assert told == {"Alice Sales": NoticeState.WAITING, "Olivia Owner": NoticeState.SILENT}


def test_when_somebody_gets_it_the_others_are_left_alone(cast, tell):
    prefer(cast.alice, "NEVER", Kind.ORDERS)
    assert tell(cast.alice, cast.olivia, event="order_new")["Alice Sales"] == NoticeState.SILENT


def test_what_is_about_one_s_account_cannot_be_turned_off(cast):
    with pytest.raises(IntegrityError, match="account_mail_stays_on"):
        prefer(cast.alice, "NEVER", Kind.ACCOUNT)


def test_who_is_away_is_stood_in_for(cast, tell):
    away(cast.alice, cast.olivia)
    assert tell(cast.alice) == {"Alice Sales": NoticeState.SILENT, "Olivia Owner": NoticeState.WAITING}
    mail = Notice.objects.get(to_user=cast.olivia)
    assert mail.on_behalf_of == cast.alice
    assert "You get this for Alice Sales, who is away." in mail.text
    assert "You get it for Alice Sales, who is away." in mail.html
    assert "Hello Olivia Owner," in mail.text


def test_a_stand_in_who_is_told_anyway_gets_one_mail(cast, tell):
    away(cast.alice, cast.olivia)
    told = tell(cast.alice, cast.olivia)
    assert told == {"Alice Sales": NoticeState.SILENT, "Olivia Owner": NoticeState.WAITING}
    assert Notice.objects.count() == 2


def test_a_stand_in_is_told_as_they_chose(cast, tell):
    away(cast.alice, cast.olivia)
    prefer(cast.olivia, "DAILY")
    assert tell(cast.alice)["Olivia Owner"] == NoticeState.COLLECTED


@pytest.mark.parametrize("days", [(-3, -1), (1, 3)])
def test_only_on_the_days_that_were_said(cast, tell, days):
    away(cast.alice, cast.olivia, *(TODAY + timedelta(days=number) for number in days))
    assert tell(cast.alice) == {"Alice Sales": NoticeState.WAITING}


def test_the_days_are_those_where_the_person_lives(cast, tell):
    # 23 November, 22:00 in London, is the 24th in Tokyo.
    cast.alice.time_zone = "Asia/Tokyo"
    late = NOW.replace(hour=22)
    away(cast.alice, cast.olivia, date(2026, 11, 24), date(2026, 11, 24))
    assert tell(cast.alice, at=late)["Alice Sales"] == NoticeState.SILENT
    cast.alice.time_zone = "Europe/London"
    assert tell(cast.alice, at=late, key="k2") == {"Alice Sales": NoticeState.WAITING}


@pytest.mark.parametrize("trouble", ["left", "another right", "inactive", "away too"])
def test_without_a_stand_in_who_can_act_the_mail_goes_to_whom_it_went(cast, tell, trouble):
    nora = factories.member(factories.user("Nora"), cast.acme, Role.SALES)
    away(cast.alice, nora)
    membership = nora.memberships.get()
    if trouble == "left":
        membership.delete()
    elif trouble == "another right":
        membership.role = Role.READ_ONLY
        membership.save()
    elif trouble == "inactive":
        nora.is_active = False
        nora.save()
    else:
        away(nora, cast.alice)
    assert tell(cast.alice) == {"Alice Sales": NoticeState.WAITING}


def test_security_mail_is_not_handed_to_a_stand_in(cast):
    away(cast.alice, cast.olivia)
    details = {"by": "Olivia", "organisation": "Acme", "role": "Sales", "url": "/"}
    notify(cast.acme, event="role_changed", to=[cast.alice], context=details, at=NOW, key="k")
    assert Notice.objects.get().to_user == cast.alice
    assert Notice.objects.get().state == NoticeState.WAITING


def test_it_costs_two_queries_more_whatever_the_number_of_readers(cast, order, django_assert_num_queries):
    people = [factories.member(factories.user(f"Seller {n}"), cast.acme, Role.SALES) for n in range(5)]
    notify(order, event="order_decided", to=people, context=context(), at=NOW, key="warm")
    with django_assert_num_queries(2 + 5 * 5):
        notify(order, event="order_decided", to=people, context=context(), at=NOW, key="k")
