"""The page of alerts: mine, to put off and to hand over."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from suppliers.alerts.models import Alert
from suppliers.pauses import until
from suppliers.people.models import Role
from tests import factories
from tests.queries import without_the_wall


@pytest.fixture
def raise_(cast, order):
    """Raise an alert that Acme's sellers must act on."""

    def alert(**fields):
        number = Alert.objects.count()
        return Alert.objects.create(
            **{
                "code": "late",
                "key": f"k{number}",
                "supplier": cast.acme,
                "company": cast.northwind,
                "subject_type": "purchaseorder",
                "subject_id": order.pk,
                "sentence": f"{order.number} is late ({number}).",
                "owner_roles": [Role.SALES],
                "raised_at": timezone.now(),
            }
            | fields
        )

    return alert


def shown(response):
    return [entry.alert for entry in response.context["entries"]]


def test_mine_are_shown_and_nobody_else_s(as_, cast, raise_):
    mine = raise_()
    raise_(owner_roles=[Role.BUYER])
    raise_(cleared_at=timezone.now())
    assert shown(as_(cast.alice).get("/alerts/")) == [mine]
    assert shown(as_(cast.mallory).get("/alerts/")) == []
    assert "Nothing is at risk" in as_(cast.mallory).get("/alerts/").content.decode()


def test_putting_off_takes_it_away_until_then(as_, cast, raise_):
    alert, browser = raise_(), as_(cast.alice)
    browser.post(f"/alerts/{alert.pk}/snooze/", {"until": "tomorrow"})
    assert shown(browser.get("/alerts/")) == []
    assert shown(browser.get("/alerts/", {"state": "later"})) == [alert]
    assert "At risk" not in browser.get("/").content.decode()


def test_handing_over_says_who_looks_after_it(as_, cast, raise_):
    alert, browser = raise_(), as_(cast.alice)
    carl = factories.member(factories.user("Carl Sales"), cast.acme, Role.SALES)
    page = browser.get("/alerts/").content.decode()
    assert "Carl Sales" in page
    assert "Rita Reader" not in page
    browser.post(f"/alerts/{alert.pk}/assign/", {"to": carl.pk})
    assert "Carl Sales looks after it" in browser.get("/alerts/").content.decode()


@pytest.mark.parametrize(("way", "data"), [("snooze", {}), ("assign", {}), ("assign", {"to": "999999"})])
def test_nonsense_is_answered_in_words(as_, cast, raise_, way, data):
    alert = raise_()
    url = f"/alerts/{alert.pk}/{way}/"
    page = as_(cast.alice).post(url, data, HTTP_REFERER="http://testserver/alerts/", follow=True)
    assert "Choose" in page.content.decode()


def test_a_long_list_has_pages_and_each_costs_the_same(as_, cast, raise_):
    browser = as_(cast.alice)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get("/alerts/")
        return len(without_the_wall(found))

    raise_()
    browser.get("/alerts/")
    few = queries()
    for _ in range(60):
        raise_()
    assert queries() == few
    first = browser.get("/alerts/")
    rest = browser.get("/alerts/", {"from": first.context["following"]})
    assert len(shown(first)) == 50
    assert len({alert.pk for alert in [*shown(first), *shown(rest)]}) == 61


def test_tomorrow_begins_at_eight_in_the_reader_s_zone():
    now = factories.NOW.replace(hour=23, minute=59, second=30)  # a Monday
    assert until("hour", now=now) == now.replace(second=0) + timedelta(hours=1)
    assert until("tomorrow", now=now) == factories.NOW.replace(hour=8) + timedelta(days=1)
    assert until("monday", now=now) == factories.NOW.replace(hour=8) + timedelta(days=7)
    assert until("whenever", now=now) is None
