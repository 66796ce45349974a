"""The tolerance engine, as tables of cases: which policy holds, and what it makes of a deviation."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from suppliers.policies.records import Bound, Goods, Measure, Rule, Scope
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.rules import day_after, days_between, in_force, rule_for, weigh
from suppliers.policies.terms import Beyond, Days, Joined, Matter, Outcome
from suppliers.policies.verdict import Verdict
from suppliers.policies.wording import finding_text, limit_text, rule_text

TODAY = date(2026, 11, 25)  # a Wednesday
DAY = date(2026, 12, 15)  # a Tuesday
GOODS = Goods(1, 7, product_odoo_id=50, product_code="FST-1", category_path="/1/4/9/")
PASSES, BUYER, REFUSED = Outcome.PASSES, Outcome.NEEDS_BUYER, Outcome.REFUSED


@dataclass(frozen=True)
class Weekdays:
    """Monday to Friday, without Christmas."""

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5 and (day.month, day.day) != (12, 25)


WORKDAYS = {Days.COMPANY: Weekdays()}


def bound(amount=None, percent=None) -> Bound:
    return Bound(Decimal(amount) if amount else None, Decimal(percent) if percent else None)


def rule(matter=Matter.PRICE, *, policy=1, number=1, scope=None, **terms) -> Rule:
    return Rule(policy, 10 * policy + number, number, "Usual", matter, scope or Scope(1),
                **{"starts_on": date(2026, 1, 1)} | terms)  # fmt: skip


def price(answered, asked="4.50") -> Measure:
    return Measure(Matter.PRICE, Decimal(asked), Decimal(answered), "EUR")


def quantity(answered, asked="100") -> Measure:
    return Measure(Matter.QUANTITY, Decimal(asked), Decimal(answered), "Units")


def day(answered: date) -> Measure:
    return Measure(Matter.DATE, DAY, answered)


@pytest.mark.parametrize(
    ("measure", "terms", "outcome"),
    [
        # nothing set: nothing passes
        (price("4.51"), {}, BUYER),
        (price("4.51"), {"beyond": Beyond.REFUSE}, REFUSED),
        # a percentage: to the cent, without rounding
        (price("4.59"), {"upper": bound(percent="2")}, PASSES),
        (price("4.590001"), {"upper": bound(percent="2")}, BUYER),
        (price("4.590001"), {"upper": bound(percent="2"), "beyond": Beyond.REFUSE}, REFUSED),
        # the other side has its own bound
        (price("4.41"), {"upper": bound(percent="2")}, BUYER),
        (price("4.41"), {"lower": bound(percent="2")}, PASSES),
        (price("0"), {"lower": bound(percent="100")}, PASSES),
        # both: the smaller counts with AND, the larger with OR
        (price("4.60"), {"upper": bound("0.10", "2")}, BUYER),
        (price("4.60"), {"upper": bound("0.10", "2"), "joined": Joined.OR}, PASSES),
        (price("4.55"), {"upper": bound("0.10", "2")}, PASSES),
        (price("4.61"), {"upper": bound("0.10", "2"), "joined": Joined.OR}, BUYER),
        # a percentage of nothing
        (price("0.01", asked="0"), {"upper": bound(percent="50")}, BUYER),
        # amounts in another currency: a person looks, whatever the policy refuses
        (price("4.51"), {"upper": bound("1"), "currency": "USD", "beyond": Beyond.REFUSE}, BUYER),
        (price("4.51"), {"upper": bound("1"), "currency": "EUR", "beyond": Beyond.REFUSE}, PASSES),
        (price("4.51"), {"upper": bound("1", "1"), "currency": "USD", "joined": Joined.OR}, PASSES),
        (quantity("95"), {"matter": Matter.QUANTITY, "lower": bound(percent="5")}, PASSES),
        (quantity("94.9999"), {"matter": Matter.QUANTITY, "lower": bound(percent="5")}, BUYER),
        (quantity("101"), {"matter": Matter.QUANTITY, "lower": bound(percent="5")}, BUYER),
        (quantity("110"), {"matter": Matter.QUANTITY, "upper": bound("10")}, PASSES),
        # days late and days early stand apart
        (day(date(2026, 12, 18)), {"matter": Matter.DATE, "upper": bound("3")}, PASSES),
        (day(date(2026, 12, 19)), {"matter": Matter.DATE, "upper": bound("3")}, BUYER),
        (day(date(2026, 12, 14)), {"matter": Matter.DATE, "upper": bound("3")}, BUYER),
        (day(date(2026, 12, 8)), {"matter": Matter.DATE, "lower": bound("7")}, PASSES),
        # working days: from Tuesday the 15th, the 20th is Sunday: three working days late
        (day(date(2026, 12, 20)), {"matter": Matter.DATE, "upper": bound("3"), "days": Days.COMPANY}, PASSES),
        (day(date(2026, 12, 21)), {"matter": Matter.DATE, "upper": bound("3"), "days": Days.COMPANY}, BUYER),
        # Christmas is no working day
        (day(date(2026, 12, 27)), {"matter": Matter.DATE, "upper": bound("7"), "days": Days.COMPANY}, PASSES),
        (day(date(2026, 12, 28)), {"matter": Matter.DATE, "upper": bound("7"), "days": Days.COMPANY}, BUYER),
        (day(date(2026, 12, 12)), {"matter": Matter.DATE, "lower": bound("2"), "days": Days.COMPANY}, PASSES),
        (day(date(2026, 12, 10)), {"matter": Matter.DATE, "lower": bound("2"), "days": Days.COMPANY}, BUYER),
    ],
)
def test_what_a_policy_makes_of_a_deviation(measure, terms, outcome):
    found = weigh(measure, rule(**{"matter": measure.matter} | terms), WORKDAYS)
    assert found.outcome == outcome
    if outcome == REFUSED and found.checks:
        # The value that the refusal names passes.
        assert weigh(replace(measure, answered=found.limit), rule(**terms), WORKDAYS).outcome == PASSES


@pytest.mark.parametrize(
    ("measure", "terms", "outcome"),
    [
        (Measure(Matter.SPLIT, Decimal(1), Decimal(2)), {"upper": bound("2")}, PASSES),
        (Measure(Matter.SPLIT, Decimal(1), Decimal(3)), {"upper": bound("2")}, BUYER),
        (Measure(Matter.SPLIT, Decimal(1), Decimal(2)), {"beyond": Beyond.REFUSE}, REFUSED),
        (Measure(Matter.REJECTION, Decimal(100), Decimal(98)), {"lower": bound(percent="2")}, PASSES),
        (Measure(Matter.REJECTION, Decimal(100), Decimal(97)), {"lower": bound(percent="2")}, BUYER),
        # Nothing at all is never for a policy alone.
        (Measure(Matter.REJECTION, Decimal(100), Decimal(0)), {"lower": bound(percent="100")}, BUYER),
        (Measure(Matter.SUBSTITUTE, "FST-1", "FST-2"), {}, BUYER),
        (Measure(Matter.SUBSTITUTE, "FST-1", "FST-2"), {"beyond": Beyond.REFUSE}, REFUSED),
        (Measure(Matter.UNIT, "Units", "Box of 10"), {"beyond": Beyond.REFUSE}, REFUSED),
    ],
)
def test_what_may_be_proposed(measure, terms, outcome):
    assert weigh(measure, rule(measure.matter, **terms), WORKDAYS).outcome == outcome


def test_without_a_policy_the_buyer_decides_but_the_buyer_s_own_values_pass():
    assert weigh(price("4.51"), None, {}).outcome == BUYER
    assert weigh(price("4.50"), None, {}).outcome == PASSES
    assert weigh(price("4.50"), rule(beyond=Beyond.REFUSE), {}).outcome == PASSES


@pytest.mark.parametrize(
    ("scopes", "chosen"),
    [
        ([Scope(1), Scope(1, 7)], 1),
        ([Scope(1), Scope(1, category_id=4)], 1),
        ([Scope(1, category_id=4), Scope(1, category_id=9)], 1),  # the deeper category
        ([Scope(1, category_id=9), Scope(1, product_code="FST-1")], 1),
        ([Scope(1, product_code="FST-1"), Scope(1, 7)], 1),  # the supplier's own before everybody's
        ([Scope(1, 7, category_id=4), Scope(1, 7, product_code="FST-1"), Scope(1, 7)], 1),
        ([Scope(1, 8), Scope(2), Scope(1, category_id=5), Scope(1, product_code="X")], None),
        ([Scope(1, product_odoo_id=50, product_code="OLD-CODE")], 0),  # renamed, but the same product
        ([Scope(1, product_odoo_id=51, product_code="FST-1")], None),
        ([Scope(1, category_id=1)], 0),
        ([Scope(1), Scope(1)], 0),  # equally specific and ranked: the older one
    ],
)
def test_the_most_specific_policy_holds(scopes, chosen):
    rules = [rule(policy=number, scope=scope) for number, scope in enumerate(scopes)]
    assert rule_for(rules, GOODS) == (None if chosen is None else rules[chosen])


def test_among_equally_specific_policies_the_lowest_rank_holds():
    rules = [rule(policy=1), rule(policy=2, rank=5), rule(policy=3, rank=7)]
    assert rule_for(rules, GOODS) == rules[1]


def test_of_each_policy_the_newest_version_that_covers_the_day_holds():
    versions = [
        rule(number=1),
        rule(number=2, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 31)),
        rule(number=3, starts_on=date(2027, 3, 1), is_off=True),
    ]

    def held(on):
        return [one.number for one in in_force(versions, on)]

    assert held(date(2025, 12, 31)) == []
    assert held(date(2026, 11, 30)) == [1]
    assert held(date(2026, 12, 1)) == held(date(2026, 12, 31)) == [2]
    assert held(date(2027, 1, 1)) == [1]  # the season is over
    assert held(date(2027, 3, 1)) == []


def test_days_are_counted_after_the_earlier_up_to_the_later():
    friday, monday = date(2026, 12, 18), date(2026, 12, 21)
    assert days_between(friday, monday, None) == (3, ())
    weekend = (date(2026, 12, 19), date(2026, 12, 20))
    assert (
        days_between(friday, monday, Weekdays()) == days_between(monday, friday, Weekdays()) == (1, weekend)
    )


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("workdays", [None, Weekdays()])
def test_the_last_day_that_passes_is_the_last_one(step, workdays):
    for count in range(8):
        limit = day_after(DAY, count, workdays, step=step)
        assert days_between(DAY, limit, workdays)[0] <= count
        later = limit + timedelta(days=step)
        while workdays and not workdays.is_working_day(later):
            later += timedelta(days=step)
        assert days_between(DAY, later, workdays)[0] == count + 1


def test_a_verdict_is_the_strictest_of_its_findings_and_survives_storing():
    book = Rulebook.of(
        [
            rule(policy=1, upper=bound("0.10", "2"), joined=Joined.OR, currency="EUR"),
            rule(Matter.DATE, policy=2, upper=bound("3"), days=Days.COMPANY, beyond=Beyond.REFUSE),
            rule(Matter.SUBSTITUTE, policy=3),
        ],
        TODAY,
        WORKDAYS,
    )
    cases = {
        PASSES: [price("4.55"), day(date(2026, 12, 18))],
        BUYER: [price("4.80"), quantity("90"), Measure(Matter.SUBSTITUTE, "A", "B")],
        REFUSED: [price("4.80"), day(date(2026, 12, 28))],
    }
    for outcome, measures in cases.items():
        verdict = book.judge(GOODS, measures)
        assert verdict.outcome == outcome
        stored = verdict.as_json()
        assert Verdict.read(stored) == verdict == verdict.again()
        assert Verdict.read(stored).again().as_json() == stored


def test_nothing_that_deviates_passes():
    assert Rulebook(TODAY).judge(GOODS, []).outcome == PASSES


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (
            {"upper": bound(percent="2"), "lower": bound(percent="100")},
            "up to 100 % lower; up to 2 % higher; ",
        ),
        ({"upper": bound("0.10", "2"), "currency": "EUR"}, "2 % or 0.1 EUR, whichever is less, higher"),
        ({"upper": bound("0.10", "2"), "joined": Joined.OR}, "whichever is more"),
        ({"matter": Matter.DATE, "upper": bound("1"), "days": Days.COMPANY}, "up to 1 working day late"),
        ({"matter": Matter.DATE}, "every deviation: the buyer decides"),
        ({"beyond": Beyond.REFUSE}, "must stay as asked"),
        ({"matter": Matter.SPLIT, "upper": bound("2")}, "up to 2 deliveries; beyond that the buyer decides"),
        ({"matter": Matter.SUBSTITUTE, "beyond": Beyond.REFUSE}, "may not be proposed"),
        ({"matter": Matter.PAST, "lower": bound("3")}, "up to 3 days in the past"),
        ({"matter": Matter.AGAIN, "upper": bound("10")}, "asked 10 days before the delivery"),
    ],
)
def test_a_policy_in_words(terms, said):
    assert said in rule_text(rule(**terms))


def test_a_verdict_in_words():
    two_percent = rule(upper=bound(percent="2"), beyond=Beyond.REFUSE)
    assert finding_text(weigh(price("4.55"), two_percent, {})) == (
        "Price 4.5 → 4.55 EUR (0.05 EUR, 1.1111 % higher): within “Usual” (version 1), accepted by itself."
    )
    refused = weigh(price("4.80"), two_percent, {})
    assert finding_text(refused).endswith("beyond “Usual” (version 1), it cannot be sent.")
    assert limit_text(refused, "line 1") == "The price of line 1 may be at most 4.59 EUR (“Usual”)"
    late = weigh(day(date(2026, 12, 28)), rule(Matter.DATE, upper=bound("3"), beyond=Beyond.REFUSE), {})
    assert limit_text(late, "line 1") == "Line 1 may be delivered on 2026-12-18 at the latest (“Usual”)"
    fixed = weigh(price("4.80"), rule(beyond=Beyond.REFUSE), {})
    assert limit_text(fixed, "line 1") == "The price of line 1 must stay 4.5 EUR (“Usual”)"
    assert "no policy allows it" in finding_text(weigh(quantity("9"), None, {}))
