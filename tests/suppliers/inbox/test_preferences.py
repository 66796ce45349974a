"""How I am told: my own choice, which nobody else can see or change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from suppliers.inbox.actions import Choice, be_away, be_back, choose
from suppliers.inbox.delegates import delegates_of
from suppliers.notices.events import Kind
from suppliers.notices.frequency import Frequency
from suppliers.notices.models import Absence, Preference
from suppliers.people.models import Role
from suppliers.refusal import IllegalMove, Refused
from tests import factories
from tests.factories import TODAY

PAGE, AWAY = "/me/preferences/", "/me/absence/"


def typed(person_kinds=("ORDERS", "DECISIONS", "REMINDERS", "MESSAGES", "OTHER"), **more):
    usual = {f"{kind}_mail": "LIVE" for kind in person_kinds}
    usual |= {f"{kind}_in_app": "on" for kind in person_kinds}
    return {"time_zone": "Europe/Brussels"} | usual | more


def test_i_choose_for_each_kind(cast, as_):
    response = as_(cast.alice).post(PAGE, typed(ORDERS_mail="DAILY", MESSAGES_mail="NEVER", OTHER_in_app=""))
    assert response.status_code == 302
    rows = Preference.objects.filter(user=cast.alice)
    assert {row.kind: (row.mail, row.in_app) for row in rows} == {
        "ORDERS": ("DAILY", True),
        "MESSAGES": ("NEVER", True),
        "OTHER": ("LIVE", False),
    }
    page = as_(cast.alice).get(PAGE).content.decode()
    assert '<option value="DAILY" selected>' in page


def test_choosing_again_changes_it_and_what_is_recommended_is_not_kept(cast, as_):
    alice = as_(cast.alice)
    for mail in ("DAILY", "HOURLY", "HOURLY"):
        alice.post(PAGE, typed(ORDERS_mail=mail))
    assert Preference.objects.get().mail == "HOURLY"
    alice.post(PAGE, typed())
    assert not Preference.objects.exists()


def test_one_press_goes_back_to_what_is_recommended(cast, as_):
    choose(cast.alice, {Kind.ORDERS: Choice(Frequency.NEVER)})
    choose(cast.olivia, {Kind.ORDERS: Choice(Frequency.NEVER)})
    assert as_(cast.alice).post(PAGE + "recommended/").status_code == 302
    assert Preference.objects.get().user == cast.olivia


def test_each_side_sees_the_kinds_that_concern_it(cast, as_):
    supplier, buyer = (as_(person).get(PAGE).content.decode() for person in (cast.rita, cast.bea))
    assert "ORDERS_mail" in supplier
    assert "PROPOSALS_mail" not in supplier
    assert "PROPOSALS_mail" in buyer
    assert "ORDERS_mail" not in buyer
    for page in (supplier, buyer):
        assert "cannot be turned off" in page
        assert "Deadlines are not weakened" in page
        assert "ACCOUNT_mail" not in page


def test_my_account_cannot_be_turned_off_whatever_is_posted(cast, as_):
    as_(cast.alice).post(PAGE, typed(ACCOUNT_mail="NEVER"))
    assert not Preference.objects.exists()
    with pytest.raises(Refused):
        choose(cast.alice, {Kind.ACCOUNT: Choice(Frequency.NEVER)})


def test_a_reminder_a_week_later_is_not_offered(cast, as_):
    response = as_(cast.alice).post(PAGE, typed(REMINDERS_mail="WEEKLY"))
    assert response.status_code == 422
    assert not Preference.objects.exists()
    with pytest.raises(Refused):
        choose(cast.alice, {Kind.REMINDERS: Choice(Frequency.WEEKLY)})


def test_i_choose_the_zone_i_read_in(cast, as_):
    as_(cast.alice).post(PAGE, typed(time_zone="Asia/Tokyo"))
    cast.alice.refresh_from_db()
    assert cast.alice.time_zone == "Asia/Tokyo"
    assert as_(cast.alice).post(PAGE, typed(time_zone="Mars/Olympus")).status_code == 422


def test_who_may_stand_in_has_the_same_right_in_the_same_place(cast):
    max_ = factories.member(factories.user("Max"), cast.northwind, Role.MANAGER)
    factories.member(factories.user("Paul Payable"), cast.northwind, Role.ACCOUNTS_PAYABLE)
    inactive = factories.member(factories.user("Gone"), cast.acme, Role.SALES)
    inactive.is_active = False
    inactive.save()
    assert delegates_of(cast.alice) == [cast.olivia]
    assert delegates_of(cast.rita) == []
    assert delegates_of(cast.bea) == [max_]
    assert delegates_of(cast.mallory) == []


def test_i_say_that_i_am_away_and_that_i_am_back(cast, as_):
    alice, today = as_(cast.alice), timezone.localdate()
    said = {"first_day": today, "last_day": today + timedelta(days=7), "delegate": cast.olivia.pk}
    for _ in range(2):  # a double click
        assert alice.post(AWAY, said).status_code == 302
    absence = Absence.objects.get()
    assert "I am back" in alice.get(PAGE).content.decode()
    assert alice.post(f"{AWAY}{absence.pk}/end/").status_code == 302
    assert not Absence.objects.exists()
    with pytest.raises(IllegalMove):
        be_back(absence)


def test_nobody_ends_somebody_else_s_absence(cast, as_):
    absence = be_away(cast.alice, delegate=cast.olivia, first_day=TODAY, last_day=TODAY, today=TODAY)
    for other in (cast.olivia, cast.mallory):
        assert as_(other).post(f"{AWAY}{absence.pk}/end/").status_code == 404


def test_nobody_else_can_be_made_to_stand_in(cast, as_):
    for other in (cast.rita, cast.mallory, cast.bea, cast.alice):
        with pytest.raises(IllegalMove, match="could not act"):
            be_away(cast.alice, delegate=other, first_day=TODAY, last_day=TODAY, today=TODAY)
        said = {"first_day": TODAY, "last_day": TODAY, "delegate": other.pk}
        assert as_(cast.alice).post(AWAY, said).status_code == 422


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (2, 1, "not before the first"),
        (-3, -1, "still to come"),
        (0, 400, "a year at most"),
        (1, 3, "away on some of these days"),
    ],
)
def test_wrong_days_are_named(cast, first, last, words):
    first_day, last_day = TODAY + timedelta(days=first), TODAY + timedelta(days=last)
    if first == 1:
        be_away(cast.alice, delegate=cast.olivia, first_day=last_day, last_day=last_day, today=TODAY)
    with pytest.raises(Refused, match=words):
        be_away(cast.alice, delegate=cast.olivia, first_day=first_day, last_day=last_day, today=TODAY)
