"""What a proposal comes to, in numbers and in plain words."""

from datetime import date
from decimal import Decimal

import pytest

from orders.decisions.effects import Asked, add_up, delays, effect_of
from orders.decisions.sentences import Terms, effect_sentences, foreign_sentences, joined, percent
from orders.purchasing.rules import Part
from suppliers.policies.calendars import as_calendar

NEEDED = date(2026, 12, 4)  # a Friday
ASKED = Asked(Decimal(800), Decimal("4.50"), NEEDED)
TERMS = Terms(Decimal(800), "Units", "EUR", Decimal(4000))


def part(quantity="800", on=NEEDED, price="4.50", reason=""):
    return Part(Decimal(quantity), on, Decimal(price) if on else None, reason)


def said(*parts, asked=ASKED, terms=TERMS, workdays=True):
    answered = add_up(parts, asked.needed_on)
    apart = delays(parts, asked.needed_on, as_calendar(None) if workdays else None)
    return effect_sentences(effect_of(asked, answered), apart, terms)


@pytest.mark.parametrize(
    ("parts", "sentences"),
    [
        ([part(price="4.548")], ["1.1 % dearer", "raises the order by 38.40 EUR (+1 %)"]),
        ([part(price="4.05")], ["10 % cheaper", "lowers the order by 360.00 EUR (−9 %)"]),
        ([part(on=date(2026, 12, 13))], ["arrives 9 days after it is needed, 5 working days"]),
        ([part(on=date(2026, 12, 5))], ["arrives 1 day after it is needed, no working days"]),
        ([part(on=date(2026, 12, 7))], ["arrives 3 days after it is needed, 1 working day"]),
        ([part(on=date(2026, 12, 2))], ["arrives 2 days before it is needed"]),
        (
            [part("560"), part("240", on=None, reason="sold out")],
            ["240 of 800 never come", "lowers the order by 1,080.00 EUR (−27 %)"],
        ),
        (
            [part(on=None, reason="x")],
            ["none of the 800 Units come", "lowers the order by 3,600.00 EUR (−90 %)"],
        ),
        ([part("799")], ["1 of 800 never comes", "lowers the order by 4.50 EUR (−0.1 %)"]),
        (
            [part("850")],
            ["50 more come than the 800 Units ordered", "raises the order by 225.00 EUR (+5.6 %)"],
        ),
        (
            [part("500"), part("300", on=date(2026, 12, 18))],
            ["comes in 2 deliveries: 500 in time, the last 14 days after it is needed, 10 working days"],
        ),
        (
            [part("500", on=date(2026, 12, 7)), part("300", on=date(2026, 12, 18))],
            [
                "comes in 2 deliveries, the first 3 days and the last 14 days after it is needed,"
                " 10 working days"
            ],
        ),
        ([part("500"), part("300", on=date(2026, 12, 2))], ["comes in 2 deliveries, all in time"]),
    ],
)  # fmt: skip
def test_the_effect_in_plain_words(parts, sentences):
    assert said(*parts) == sentences


def test_several_effects_make_one_sentence():
    sentences = said(part(on=date(2026, 12, 9), price="4.60"))
    assert joined(sentences) == (
        "Arrives 5 days after it is needed, 3 working days; 2.2 % dearer;"
        " raises the order by 80.00 EUR (+2 %)."
    )


def test_public_holidays_are_no_working_days():
    class Closed:
        def is_working_day(self, day):
            return day.weekday() < 5 and day != date(2026, 12, 8)

    apart = delays([part(on=date(2026, 12, 9))], NEEDED, Closed())
    assert (apart[0].days, apart[0].working_days) == (5, 2)


def test_where_no_date_was_asked_for_there_is_no_delay():
    asked = Asked(Decimal(800), Decimal("4.50"), None)
    assert said(part(), asked=asked) == []


def test_a_discount_counts_in_the_value():
    asked = Asked(Decimal(800), Decimal("4.50"), NEEDED, discount=Decimal(25))
    effect = effect_of(asked, add_up([part(price="4.60")], NEEDED))
    assert (effect.money, effect.at_stake) == (Decimal("60.00"), Decimal("60.00"))


def test_at_stake_is_what_comes_late_never_unasked_for_or_dearer():
    late = effect_of(ASKED, add_up([part("500"), part("300", on=date(2026, 12, 9))], NEEDED))
    assert (late.at_stake, late.days_late, late.money) == (Decimal(1350), 5, Decimal(0))
    never = effect_of(ASKED, add_up([part("700"), part("100", on=None, reason="x")], NEEDED))
    assert (never.at_stake, never.never) == (Decimal(450), Decimal(100))
    dearer = effect_of(ASKED, add_up([part(price="5.00")], NEEDED))
    assert dearer.at_stake == dearer.money == Decimal(400)
    cheaper_and_late = effect_of(ASKED, add_up([part(on=date(2026, 12, 9), price="4.00")], NEEDED))
    assert cheaper_and_late.at_stake == Decimal(3600) + Decimal(400)
    early = effect_of(ASKED, add_up([part(on=date(2026, 12, 1))], NEEDED))
    assert early.at_stake == 0


def test_an_order_worth_nothing_has_no_percentage():
    sentences = said(part(price="4.60"), terms=Terms(Decimal(800), "Units", "EUR", Decimal(0)))
    assert sentences[-1] == "raises the order by 80.00 EUR"


@pytest.mark.parametrize(
    ("share", "text"), [("2.14", "+2.1 %"), ("-14", "−14 %"), ("0.04", "under 0.1 %"), ("100", "+100 %")]
)
def test_percentages_are_written_to_a_tenth(share, text):
    assert percent(Decimal(share)) == text


def test_another_product_puts_what_it_replaces_at_stake():
    other = Part(Decimal(300), NEEDED, Decimal("4.50"), product_code="FST-9", product_name="Hex bolt A4")
    effect = effect_of(ASKED, add_up([part("500"), other], NEEDED))
    assert (effect.at_stake, effect.money, effect.never) == (Decimal(1350), Decimal(0), Decimal(0))
    assert foreign_sentences([part("500"), other], "FST-1", "Units") == [
        "offers FST-9 (Hex bolt A4) instead of FST-1",
        "you then change the order in Odoo",
    ]
    assert foreign_sentences([part("500")], "FST-1", "Units") == []


def test_quantities_of_another_unit_are_not_compared():
    boxes = Part(Decimal(8), date(2026, 12, 9), Decimal(460), unit="Box of 100")
    effect = effect_of(ASKED, add_up([boxes], NEEDED))
    assert (effect.never, effect.extra, effect.price_share) == (0, 0, None)
    assert (effect.money, effect.at_stake, effect.days_late) == (Decimal(80), Decimal(3680), 5)
    assert foreign_sentences([boxes], "FST-1", "Units")[0] == "comes in Box of 100 instead of Units"
