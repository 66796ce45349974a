"""Numbers and dates as people type them: read one way, or asked about."""

from datetime import date
from decimal import Decimal

import pytest

from orders.purchasing.typed import read_day, read_number
from suppliers.refusal import Problem


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12", "12"),
        ("12.5", "12.5"),
        ("12,5", "12.5"),
        (" 1250 ", "1250"),
        ("1.250,50", "1250.50"),
        ("1,250.50", "1250.50"),
        ("1 250,5", "1250.5"),
        ("1 250", "1250"),  # a narrow no-break space, as French spreadsheets paste it
        ("1'250.5", "1250.5"),
        ("1.250.000", "1250000"),
        ("1,250,000.125", "1250000.125"),
        ("0.125", "0.125"),  # no thousands begin with a zero
        ("0,125", "0.125"),
        ("1234.567", "1234.567"),
        ("1.2340", "1.2340"),
        ("-5", "-5"),
    ],
)
def test_a_number_is_read_whatever_the_habits_of_the_typist(typed, number):
    assert read_number("x", typed) == Decimal(number)


@pytest.mark.parametrize(("typed", "ways"), [("1.234", ("1234", "1.2340")), ("12,500", ("12500", "12.5000"))])
def test_what_can_be_read_in_two_ways_is_asked_about(typed, ways):
    problem = read_number("lines.1.parts.0.quantity", typed)
    assert isinstance(problem, Problem)
    assert problem.where == "lines.1.parts.0.quantity"
    assert all(way in problem.remedy for way in ways)
    assert [read_number("x", way) for way in ways] == [Decimal(way) for way in ways]


@pytest.mark.parametrize(
    "typed", ["abc", "12 pcs", "1,2,3", "1.2.3", "12 5", "--5", "1e5", "NaN", "Infinity", "٣", "9" * 60, ""]
)
def test_what_is_no_number_is_a_problem(typed):
    assert isinstance(read_number("x", typed), Problem)


@pytest.mark.parametrize("typed", ["2026-12-31", " 2026-12-31 ", "31.12.2026"])
def test_a_date_is_read(typed):
    assert read_day("x", typed) == date(2026, 12, 31)


@pytest.mark.parametrize("typed", ["31/12/2026", "2026-13-01", "tomorrow", "31.2.2026"])
def test_what_is_no_date_is_a_problem(typed):
    assert isinstance(read_day("x", typed), Problem)
