"""Lines whose day has passed cannot be confirmed: everywhere the first thing offered is to give new dates."""

import uuid
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.purchasing.actions import accept_order
from orders.purchasing.lifecycle import LineState
from orders.purchasing.positions import today_at
from orders.purchasing.rules import Asked, Part, asks_for_the_past
from suppliers.people.models import Role
from suppliers.policies.records import Bound
from suppliers.policies.terms import Matter
from tests import factories

TODAY = date(2026, 11, 25)


@pytest.fixture
def past(order):
    """The order's first line, which was wanted a week ago."""
    line = order.lines.order_by("sequence").first()
    line.asked_on = today_at(order.company, timezone.now()) - timedelta(days=7)
    line.save()
    return line


@pytest.fixture
def rest(order):
    """The order's second line, which is still to come."""
    return order.lines.order_by("sequence").last()


def states(order):
    return list(order.lines.order_by("sequence").values_list("state", flat=True))


@pytest.mark.parametrize(
    ("days", "passed"),
    [
        ([TODAY], False),
        ([TODAY - timedelta(days=1)], True),
        ([None], False),
        ([TODAY, date(2026, 1, 1)], True),
    ],
)
def test_a_day_that_has_passed_is_one_before_today(days, passed):
    parts = tuple(Part(Decimal(5), day, Decimal(1) if day else None) for day in days)
    asked = Asked(1, "line 1", LineState.ASKED, "Units", Decimal(0), 1, parts)
    assert asks_for_the_past(asked, earliest=TODAY) is passed


def test_the_worklist_offers_new_dates_first_and_the_rest_behind(as_, cast, order, past, text_of):
    response = as_(cast.alice).get("/")
    page = response.content.decode()
    assert f'class="btn btn-primary" href="/orders/{order.pk}/?dates=1#new-dates"' in page
    assert "1 of them asks for a date that has passed" in text_of(response)
    assert "Confirm the other 1" in text_of(response)
    assert "Confirm all" not in text_of(response)


def test_where_every_date_has_passed_there_is_nothing_to_confirm(as_, cast, order, past, text_of):
    order.lines.update(asked_on=past.asked_on)
    for address in ("/", f"/orders/{order.pk}/", f"/orders/{order.pk}/?dates=1"):
        response = as_(cast.alice).get(address)
        assert b"/accept/" not in response.content
        assert "Confirm the other" not in text_of(response)
    assert "all ask for a date that has passed" in text_of(as_(cast.alice).get("/"))


def test_where_no_date_has_passed_all_is_confirmed_as_before(as_, cast, order, text_of):
    for address in ("/", f"/orders/{order.pk}/"):
        words = text_of(as_(cast.alice).get(address))
        assert "Confirm all 2" in words
        assert "new dates" not in words


def test_the_order_page_says_the_same(as_, cast, order, past, text_of):
    response = as_(cast.alice).get(f"/orders/{order.pk}/")
    words = text_of(response)
    assert "1 line asks for a date that has passed" in words
    assert "Confirm the other 1" in words
    assert words.count("Give new dates") == 2  # the button, and the link beside the reason
    assert b'href="?dates=1#new-dates"' in response.content


def test_a_reader_and_a_buyer_are_told_no_such_thing(as_, cast, order, past):
    for person in (cast.rita, cast.bea):
        page = as_(person).get(f"/orders/{order.pk}/?dates=1").content
        assert b"new-dates" not in page


def test_giving_new_dates_opens_their_editors_with_empty_dates(as_, cast, order, past, rest, form_of):
    response = as_(cast.alice).get(f"/orders/{order.pk}/?dates=1")
    fields = form_of(response, f"/orders/{order.pk}/acknowledge/")
    assert fields[f"lines-{past.pk}-choice"] == "change"
    assert fields[f"lines-{past.pk}-parts-0-date"] == ""
    assert fields[f"lines-{past.pk}-parts-0-quantity"] == "10"
    assert fields[f"lines-{rest.pk}-choice"] == "confirm"


def test_long_orders_open_the_editors_of_those_lines_alone(as_, cast, order, past, form_of):
    for number in range(5):
        factories.line(order, sequence=100 + number, asked_on=past.asked_on + timedelta(days=90))
    response = as_(cast.alice).get(f"/orders/{order.pk}/?dates=1")
    fields = form_of(response, f"/orders/{order.pk}/acknowledge/")
    assert {name.split("-")[1] for name in fields if name.endswith("-date")} == {str(past.pk)}


def test_a_new_date_goes_to_the_buyer_and_the_rest_is_agreed(as_, cast, order, past, soon, form_of):
    alice, address = as_(cast.alice), f"/orders/{order.pk}/acknowledge/"
    fields = form_of(alice.get(f"/orders/{order.pk}/?dates=1"), address)
    fields[f"lines-{past.pk}-parts-0-date"] = soon.isoformat()
    assert alice.post(address, fields).status_code == 302
    assert states(order) == [LineState.PROPOSED, LineState.AGREED]


def test_one_date_serves_every_line_whose_own_is_empty(as_, cast, order, past, rest, soon, form_of):
    order.lines.update(asked_on=past.asked_on)
    alice, address = as_(cast.alice), f"/orders/{order.pk}/acknowledge/"
    fields = form_of(alice.get(f"/orders/{order.pk}/?dates=1"), address)
    fields[f"lines-{rest.pk}-parts-0-date"] = (soon + timedelta(days=3)).isoformat()
    fields["new_date"] = soon.isoformat()
    assert alice.post(address, fields).status_code == 302
    promised = {
        answer.line_id: answer.schedule.get().delivery_on
        for line in order.lines.all()
        for answer in line.answers.all()
    }
    assert promised == {past.pk: soon, rest.pk: soon + timedelta(days=3)}


def test_a_date_left_empty_is_named_and_the_page_stays_open(as_, cast, order, past, form_of, text_of):
    alice, address = as_(cast.alice), f"/orders/{order.pk}/acknowledge/"
    response = alice.post(address, form_of(alice.get(f"/orders/{order.pk}/?dates=1"), address))
    assert response.status_code == 422
    assert "The delivery date must be today" in text_of(response)
    assert states(order) == [LineState.ASKED, LineState.ASKED]


def test_the_other_lines_are_confirmed_with_one_click(as_, cast, order, past, filled):
    data = filled(order) | {"leaves_past": "1"}
    assert as_(cast.alice).post(f"/orders/{order.pk}/accept/", data).status_code == 302
    assert states(order) == [LineState.ASKED, LineState.AGREED]


def test_today_is_the_day_in_the_ship_to_zone(cast, order, past):
    # At 23:30 UTC it is tomorrow already in Brussels, and what was wanted today is past there.
    night = timezone.now().replace(year=2026, month=12, day=15, hour=23, minute=30)
    order.lines.update(asked_on=date(2026, 12, 16))
    past.asked_on = date(2026, 12, 15)
    past.save()
    accept_order(order, by=cast.alice, revision=1, submission=uuid.uuid4(), at=night, leaves_past=True)
    assert states(order) == [LineState.ASKED, LineState.AGREED]


def test_where_a_policy_allows_past_days_they_are_confirmed_as_asked(as_, cast, order, past, text_of):
    manager = factories.member(factories.user("Max Manager"), cast.northwind, Role.MANAGER)
    factories.policy(
        cast.northwind, manager, Matter.PAST, at=timezone.now(), lower=Bound(Decimal(10)), name="Starting up"
    )
    alice = as_(cast.alice)
    for address in ("/", f"/orders/{order.pk}/"):
        words = text_of(alice.get(address))
        assert "Give new dates" not in words
        assert "Confirm all 2" in words
    order.lines.filter(pk=past.pk).update(asked_on=past.asked_on - timedelta(days=10))
    for address in ("/", f"/orders/{order.pk}/"):
        words = text_of(alice.get(address))
        assert "Give new dates" in words
        assert "Confirm the other 1" in words
