"""What a wish makes of a line, and when a line counts as changed."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from orders.bulk.lifecycle import Operation
from orders.bulk.rules import (
    _TEXTS,
    Wish,
    check_wish,
    fingerprint,
    from_json,
    nothing_to_do,
    parts_wished,
    to_json,
)
from orders.purchasing.lifecycle import LineState
from orders.purchasing.rules import Asked, Part
from suppliers.calendars.rules import Calendar
from suppliers.refusal import Problem

FRIDAY = date(2026, 12, 18)
BERLIN = Calendar(ZoneInfo("Europe/Berlin"), country="DE")


@pytest.fixture
def asked():
    part = Part(Decimal("10.0000"), FRIDAY, Decimal("4.500000"))
    return Asked(7, "line 1 (FST-1)", LineState.ASKED, "Units", Decimal(0), 1, (part,))


@pytest.mark.parametrize(
    ("days", "working", "expected"),
    [
        (3, False, date(2026, 12, 21)),
        (-5, False, date(2026, 12, 13)),
        (1, True, date(2026, 12, 21)),
        (-1, True, date(2026, 12, 17)),
        (5, True, date(2026, 12, 28)),  # the 25th and 26th are holidays in Germany
    ],
)
def test_days_are_counted_with_or_without_the_supplier_s_free_days(asked, days, working, expected):
    parts = parts_wished(asked, Wish(Operation.SHIFT, days=days, working_days=working), BERLIN)
    assert not isinstance(parts, Problem)
    assert [part.delivery_on for part in parts] == [expected]


def test_a_supplier_that_is_never_open_is_told_so(asked):
    closed = Calendar(ZoneInfo("Europe/Berlin"), week=((),) * 7)
    found = parts_wished(asked, Wish(Operation.SHIFT, days=1, working_days=True), closed)
    assert isinstance(found, Problem)
    assert "working days" in found.expected


def test_every_part_of_a_counter_proposal_is_shifted(asked):
    first = asked.parts[0]
    two = replace(asked, parts=(first, replace(first, delivery_on=date(2026, 12, 21))))
    parts = parts_wished(two, Wish(Operation.SHIFT, days=1), BERLIN)
    assert [part.delivery_on for part in parts] == [date(2026, 12, 19), date(2026, 12, 22)]


def test_of_several_deliveries_those_that_are_here_stay_where_they_are(asked):
    first = replace(asked.parts[0], quantity=Decimal(4))
    second = replace(first, quantity=Decimal(6), delivery_on=date(2026, 12, 21))
    partly = replace(asked, parts=(first, second), received=Decimal(4))
    moved = parts_wished(partly, Wish(Operation.SHIFT, days=7), BERLIN)
    assert moved == (first, replace(second, delivery_on=date(2026, 12, 28)))


def test_a_line_without_a_date_is_neither_confirmed_nor_shifted_but_may_be_declined(asked):
    undated = replace(asked, parts=(replace(asked.parts[0], delivery_on=None),))
    for wish in (Wish(Operation.CONFIRM), Wish(Operation.SHIFT, days=1)):
        assert isinstance(parts_wished(undated, wish, BERLIN), Problem)
    assert parts_wished(undated, Wish(Operation.DECLINE, reason=" Sold out "), BERLIN) == (
        Part(Decimal(10), None, None, "Sold out"),
    )


def test_confirming_an_agreed_line_is_nothing_to_do_and_shifting_it_is(asked):
    agreed = replace(asked, state=LineState.AGREED)
    assert nothing_to_do(agreed, Wish(Operation.CONFIRM)) == "Line 1 (FST-1) is agreed already."
    assert nothing_to_do(agreed, Wish(Operation.SHIFT, days=1)) == ""


@pytest.mark.parametrize(
    ("wish", "where"),
    [
        (Wish(Operation.SHIFT), "days"),
        (Wish(Operation.SHIFT, days=367), "days"),
        (Wish(Operation.DECLINE, reason="  "), "reason"),
        (Wish(Operation.DECLINE, reason="x" * 501), "reason"),
        (Wish(Operation.SHIFT, days=1, reason="x" * 501), "reason"),
    ],
)
def test_what_is_wrong_with_a_wish_is_named(wish, where):
    assert [problem.where for problem in check_wish(wish)] == [where]


def test_a_wish_says_what_it_does():
    assert Wish(Operation.SHIFT, days=1).sentence() == "1 day later"
    assert Wish(Operation.SHIFT, days=-3, working_days=True).sentence() == "3 working days earlier"
    assert Wish(Operation.CONFIRM).sentence() == "Confirm as asked"


@pytest.mark.parametrize(
    "change",
    [
        {"state": LineState.COUNTERED},
        {"unit": "Box"},
        {"asked_in_revision": 2},
        {"parts": (Part(Decimal(11), FRIDAY, Decimal("4.5")),)},
        {"parts": (Part(Decimal(10), date(2026, 12, 19), Decimal("4.5")),)},
        {"parts": (Part(Decimal(10), FRIDAY, Decimal("4.51")),)},
        {"parts": (Part(Decimal(10), FRIDAY, Decimal("4.5"), product_code="FST-2"),)},
        {"parts": (Part(Decimal(10), FRIDAY, Decimal("4.5"), unit="Box"),)},
    ],
)
def test_whatever_an_answer_depends_on_changes_the_fingerprint(asked, change):
    assert fingerprint(replace(asked, **change)) != fingerprint(asked)


def test_the_fingerprint_knows_values_not_how_they_are_written(asked):
    same = replace(asked, received=Decimal(3), parts=(Part(Decimal(10), FRIDAY, Decimal("4.5")),))
    assert fingerprint(same) == fingerprint(asked)


def test_parts_survive_being_stored():
    other = Part(Decimal(1), FRIDAY, Decimal(4), "", "FST-2", "Hex bolt A2", "Box of 100")
    parts = (
        Part(Decimal("10.5"), FRIDAY, Decimal("0.0125")),
        Part(Decimal(1), None, None, "=Sold out"),
        other,
    )
    assert from_json(to_json(parts)) == parts
    assert {one.name for one in fields(Part)} <= {"quantity", "delivery_on", "unit_price", *_TEXTS}
