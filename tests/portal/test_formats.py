"""Numbers, money and dates as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from suppliers.formats import day_tag, moment_tag, money, plain_number, price, quantity

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("10.0000", "10"),
        ("1250", "1,250"),
        ("0.5000", "0.5"),
        ("1E+3", "1,000"),
        ("-3.25", "-3.25"),
        ("0", "0"),
    ],
)
def test_quantities_drop_their_trailing_zeros(value, text):
    assert quantity(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("4.5", "EUR", "4.50"),
        ("0.036500", "EUR", "0.0365"),
        ("1200", "JPY", "1,200"),
        ("1.5", "KWD", "1.500"),
    ],
)
def test_prices_keep_the_decimals_of_their_currency_and_their_own(value, currency, text):
    assert price(Decimal(value), currency) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [("1234567.895", "EUR", "1,234,567.90"), ("99.6", "JPY", "100"), ("-0.5", "EUR", "-0.50")],
)
def test_money_has_the_decimals_of_its_currency(value, currency, text):
    assert money(Decimal(value), currency) == text


def test_numbers_follow_the_language_of_the_reader():
    with translation.override("de"):
        assert quantity(Decimal("1250.5")) == "1.250,5"


@pytest.mark.parametrize(
    ("value", "text"), [("1250.5000", "1250.5"), ("1.125", "1.1250"), ("10", "10"), ("0.123456", "0.123456")]
)
def test_what_a_form_field_holds_can_be_read_in_one_way_only(value, text):
    assert plain_number(Decimal(value)) == text


def test_a_date_is_short_and_in_full_on_hover():
    tag = day_tag(date(2026, 11, 24), TODAY)
    assert tag == '<time datetime="2026-11-24" title="Tuesday 24 November 2026">24 Nov</time>'


def test_a_date_of_another_year_says_so_unless_it_is_near():
    assert ">5 Jan<" in day_tag(date(2027, 1, 5), TODAY)
    assert ">5 Jun 2027<" in day_tag(date(2027, 6, 5), TODAY)


def test_moments_are_told_in_the_zone_of_the_reader():
    now = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)
    with timezone.override("Europe/Brussels"):
        assert ">10:42<" in moment_tag(now, now)
        assert "10:42 CET" in moment_tag(now, now)
        assert ">22 Nov, 23:30<" in moment_tag(datetime(2026, 11, 22, 22, 30, tzinfo=UTC), now)


def test_nothing_is_a_dash():
    assert day_tag(None, TODAY) == moment_tag(None, timezone.now()) == '<span class="none">–</span>'
    assert quantity(None) == money(None, "EUR") == price(None, "EUR") == plain_number(None) == ""
