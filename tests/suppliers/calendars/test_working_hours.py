"""The page on working hours: the owner sets them, the supplier's people and its buyers read them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from suppliers.calendars.actions import close_days, open_days, set_working_hours
from suppliers.calendars.lookup import calendar_of, calendars_of
from suppliers.calendars.models import ClosedDays, SupplierCalendar
from suppliers.calendars.rules import USUAL_WEEK, Span
from suppliers.journal.models import JournalEntry
from suppliers.refusal import IllegalMove, Refused
from suppliers.tenancy import wall
from tests import factories
from tests.factories import NOW
from tests.queries import without_the_wall

WEEK = {
    f"day{number}_{end}0": time
    for number in range(5)
    for end, time in (("opens", "07:30"), ("closes", "16:00"))
}
TYPED = {"time_zone": "Europe/Lisbon", "country": "PT", "subdivision": ""} | WEEK


def page_of(supplier) -> str:
    return f"/hours/{supplier.pk}/"


def set_usual(supplier, by, **more):
    usual = {"time_zone": "Europe/Berlin", "country": "DE", "subdivision": "BY", "week": USUAL_WEEK}
    return set_working_hours(supplier, by=by, at=NOW, **usual | more)


def test_the_owner_sets_them(cast, as_):
    response = as_(cast.olivia).post(page_of(cast.acme), TYPED)
    assert response.status_code == 302

    calendar = calendar_of(cast.acme)
    assert calendar.zone == ZoneInfo("Europe/Lisbon")
    assert calendar.country == "PT"
    assert calendar.week[0] == (Span(450, 960),)
    assert calendar.week[6] == ()
    changes = {change["what"]: change["new"] for change in JournalEntry.objects.get(verb="hours.set").changes}
    assert changes["working hours"] == "Monday to Friday 07:30–16:00"
    assert changes["public holidays"] == "Portugal"


def test_saving_the_same_twice_is_noted_once(cast):
    for _ in range(2):
        set_usual(cast.acme, cast.olivia)
    assert SupplierCalendar.objects.count() == 1
    assert JournalEntry.objects.filter(verb="hours.set").count() == 1


def test_midnight_at_the_end_is_the_end_of_the_day(cast, as_):
    typed = TYPED | {"day0_opens0": "18:00", "day0_closes0": "00:00"}
    assert as_(cast.olivia).post(page_of(cast.acme), typed).status_code == 302
    assert calendar_of(cast.acme).week[0] == (Span(1080, 1440),)
    assert 'value="00:00"' in as_(cast.olivia).get(page_of(cast.acme)).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"day0_closes0": ""}, "Monday needs both times, or none."),
        ({"day0_opens0": "17:00"}, "Monday: work ends after it begins"),
        ({"day0_opens1": "15:00", "day0_closes1": "18:00"}, "Monday: the second hours begin after the first"),
        (dict.fromkeys(WEEK, ""), "At least one day has working hours"),
        ({"time_zone": "Mars/Olympus"}, "Please correct what is marked below."),
        ({"subdivision": "BY"}, "Please correct what is marked below."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(cast, as_, typed, sentence):
    response = as_(cast.olivia).post(page_of(cast.acme), TYPED | typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert 'value="07:30"' in page or not any(typed.get(name, "x") for name in WEEK)
    assert not SupplierCalendar.objects.exists()


def test_the_action_names_every_problem(cast):
    week = [[Span(600, 500)], *[[]] * 6]
    with pytest.raises(Refused) as refused:
        set_usual(cast.acme, cast.olivia, time_zone="x", country="ZZ", week=week)
    assert {problem.where for problem in refused.value.problems} == {"time_zone", "country", "day0"}
    with pytest.raises(Refused, match="region"):
        set_usual(cast.acme, cast.olivia, country="PT", subdivision="BY")


def test_until_they_are_set_the_usual_ones_are_assumed_and_the_page_says_so(cast, as_):
    cast.acme.vat = "DE811569869"
    cast.acme.save()
    assert calendar_of(cast.acme).country == "DE"
    assert "Assumed, not told." in as_(cast.olivia).get(page_of(cast.acme)).content.decode()
    set_usual(cast.acme, cast.olivia)
    assert "Assumed, not told." not in as_(cast.olivia).get(page_of(cast.acme)).content.decode()


def test_its_people_and_its_buyers_read_them(cast, as_):
    set_usual(cast.acme, cast.olivia)
    for person in (cast.alice, cast.rita, cast.bea):
        page = as_(person).get(page_of(cast.acme)).content.decode()
        assert "Monday to Friday 08:00–12:00, 13:00–17:00" in page
        assert "Germany, Bayern" in page
        assert "Save the working hours" not in page
    with wall(suppliers=cast.bea.supplier_ids, companies=cast.bea.company_ids):
        assert calendar_of(cast.acme).subdivision == "BY"


def test_to_strangers_they_do_not_exist(cast, as_):
    set_usual(cast.acme, cast.olivia)
    factories.closed_days(cast.acme)
    for stranger in (cast.mallory, cast.boris):
        assert as_(stranger).get(page_of(cast.acme)).status_code == 404
        with wall(suppliers=stranger.supplier_ids, companies=stranger.company_ids):
            assert not SupplierCalendar.objects.exists()
            assert not ClosedDays.objects.exists()


def test_days_are_closed_and_opened_again(cast, as_):
    today = timezone.localdate()
    olivia, url = as_(cast.olivia), page_of(cast.acme) + "close/"
    typed = {
        "first_day": today + timedelta(days=3),
        "last_day": today + timedelta(days=5),
        "reason": "Moving",
    }
    for _ in range(2):  # a double click
        assert olivia.post(url, typed).status_code == 302
    closed = ClosedDays.objects.get()
    assert "Moving" in as_(cast.bea).get(page_of(cast.acme)).content.decode()
    assert not calendar_of(cast.acme).is_working_day(today + timedelta(days=4))

    assert olivia.post(f"/hours/closed/{closed.pk}/reopen/").status_code == 302
    assert not ClosedDays.objects.exists()
    assert JournalEntry.objects.filter(verb__startswith="hours.").count() == 2
    with pytest.raises(IllegalMove):
        open_days(closed, by=cast.olivia, at=NOW)


def test_one_day_needs_only_its_first(cast, as_):
    as_(cast.olivia).post(page_of(cast.acme) + "close/", {"first_day": "2026-12-24"})
    assert ClosedDays.objects.get().last_day == date(2026, 12, 24)


@pytest.mark.parametrize("last_day", [date(2026, 11, 1), date(2028, 1, 1)])
def test_closed_days_end_after_they_begin_and_within_a_year(cast, as_, last_day):
    first = date(2026, 12, 1)
    with pytest.raises(Refused):
        close_days(cast.acme, first_day=first, last_day=last_day, reason="", by=cast.olivia, at=NOW)
    response = as_(cast.olivia).post(
        page_of(cast.acme) + "close/", {"first_day": first, "last_day": last_day}
    )
    assert response.status_code == 422
    assert not ClosedDays.objects.exists()


def test_however_many_suppliers_are_asked_for_it_takes_three_queries(cast, django_assert_num_queries):
    set_usual(cast.acme, cast.olivia)
    factories.closed_days(cast.acme)
    with django_assert_num_queries(3):
        found = calendars_of([cast.acme.pk, cast.globex.pk], since=date(2026, 12, 30))
    assert found[cast.acme.pk].closures[0].reason == "Works holidays"
    assert found[cast.globex.pk].closures == ()
    assert calendars_of([cast.acme.pk], since=date(2027, 1, 1))[cast.acme.pk].closures == ()


def test_the_page_asks_a_fixed_number_of_queries(cast, as_):
    set_usual(cast.acme, cast.olivia)
    olivia = as_(cast.olivia)
    olivia.get(page_of(cast.acme))
    counts = []
    for start in (0, 20):
        for number in range(start, start + 20):
            day = timezone.localdate() + timedelta(days=number)
            factories.closed_days(cast.acme, first_day=day, last_day=day)
        with CaptureQueriesContext(connection) as found:
            olivia.get(page_of(cast.acme))
        counts.append(len(without_the_wall(found)))
    assert counts[0] == counts[1] <= 12
