"""The what-if comes to the same outcomes as the engine that decides, for whatever was answered."""

import random
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from orders.purchasing.lifecycle import AnswerState, LineState
from orders.purchasing.measures import measures_of
from orders.purchasing.rules import Asked, Part, deviations, settle
from portal.policies.past import PastAnswer
from portal.policies.whatif import Simulation
from suppliers.policies.records import Bound, Goods, Rule, Scope
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.terms import Beyond, Days, Joined, Matter, Outcome

TODAY = date(2026, 11, 25)
ASKED = Asked(
    7, "line 1", LineState.ASKED, "Units", Decimal(0), 1,
    (Part(Decimal(100), date(2026, 12, 15), Decimal("4.50")),), Goods(1, 7, 50, "FST-1", "/1/4/"),
)  # fmt: skip


@dataclass(frozen=True)
class Weekdays:
    """Monday to Friday."""

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < 5


def some_parts(chance: random.Random) -> list[Part]:
    """An answer of the kinds that there are: one delivery or several, some of it or all of it not at all."""

    def day() -> date:
        return date(2026, 12, 15) + timedelta(days=chance.choice([0, 0, -9, -2, 1, 2, 3, 4, 5, 9, 20]))

    price = chance.choice([Decimal("4.50")] * 3 + [Decimal("4.41"), Decimal("4.59"), Decimal("4.60")])
    kind = chance.choice(["one", "one", "split", "short", "none", "other"])
    if kind == "one":
        return [Part(Decimal(chance.choice([100, 100, 95, 94, 105, 110])), day(), price)]
    if kind == "split":
        return [Part(Decimal(n), day(), price) for n in chance.choice([(60, 40), (50, 25, 25)])]
    if kind == "short":
        less = Decimal(chance.choice([1, 2, 5, 20]))
        return [Part(100 - less, day(), price), Part(less, None, None, "Short")]
    if kind == "none":
        return [Part(Decimal(100), None, None, "Sold out")]
    return [Part(Decimal(100), day(), price, product_name="Successor")]


def past(parts: list[Part], **fields) -> PastAnswer:
    have = settle(parts)
    days = [part.delivery_on for part in parts if part.delivery_on]
    values = PastAnswer(
        7, 50, "FST-1", "/1/4/", "EUR", deviations(ASKED.parts, parts), Decimal(100), Decimal("4.50"),
        date(2026, 12, 15), have.quantity if days else None, have.unit_price, min(days, default=None),
        max(days, default=None), len(days), AnswerState.AGREED, None,
    )  # fmt: skip
    return values._replace(**fields)


def some_rules(chance: random.Random) -> list[Rule]:
    """A policy or two on every matter."""

    def bound(*amounts: int) -> Bound:
        return chance.choice([Bound(), Bound(Decimal(chance.choice(amounts)))])

    def both(*amounts: str) -> Bound:
        amount = chance.choice([None, Decimal(chance.choice(amounts))])
        return Bound(amount, chance.choice([None, Decimal(2), Decimal(5), Decimal(100)]))

    found = []
    for number, (matter, supplier) in enumerate(product(Matter, (None, 7))):
        if chance.random() < 0.3:
            continue
        by_days = matter in {Matter.DATE, Matter.SPLIT}
        terms: dict[str, Any] = {
            "lower": bound(1, 3, 10) if by_days else both("0.05", "0.10", "5"),
            "upper": bound(2, 3, 5) if by_days else both("0.05", "0.10", "5"),
            "joined": chance.choice(list(Joined)),
            "currency": chance.choice(["", "EUR", "USD"]) if matter == Matter.PRICE else "",
            "days": chance.choice([Days.CALENDAR, Days.COMPANY]),
            "beyond": chance.choice(list(Beyond)),
        }
        starts = date(2026, 1, 1)
        found.append(Rule(number, number, 1, "Usual", matter, Scope(1, supplier), starts, **terms))
    return found


def play(answers, *, before, after, matter=Matter.DATE):
    simulation = Simulation(1, matter, before=before, after=after, workdays={(Days.COMPANY, 0): Weekdays()})
    return simulation.play(answers), simulation


@pytest.mark.parametrize("seed", range(40))
def test_it_comes_to_the_outcomes_of_the_engine(seed):
    chance = random.Random(seed)  # noqa: S311
    rules = some_rules(chance)
    book = Rulebook.of(rules, TODAY, {Days.COMPANY: Weekdays()})
    for _ in range(40):
        parts = some_parts(chance)
        found = deviations(ASKED.parts, parts)
        if not found:
            continue
        assert ASKED.goods is not None
        expected = book.judge(ASKED.goods, measures_of(ASKED, parts, found, currency="EUR")).outcome
        total, _ = play([past(parts)], before=rules, after=rules)
        assert total.before == total.after == Counter({expected: 1}), (parts, rules)


def three_days(**more) -> Rule:
    return Rule(1, 1, 1, "Dates", Matter.DATE, Scope(1), date(2026, 1, 1), upper=Bound(Decimal(3)), **more)


def late(days: int, **fields) -> PastAnswer:
    part = Part(Decimal(100), date(2026, 12, 15) + timedelta(days=days), Decimal("4.50"))
    return past([part], **fields)


def test_old_and_new_stand_side_by_side_by_supplier():
    answers = [late(2), late(5), late(2, supplier_id=8), late(5, supplier_id=8, state=AnswerState.DECLINED)]
    wider = [Rule(1, 2, 2, "Dates", Matter.DATE, Scope(1), date(2026, 1, 1), upper=Bound(Decimal(5)))]
    total, simulation = play(answers, before=[three_days()], after=wider)
    assert (total.before[Outcome.PASSES], total.after[Outcome.PASSES]) == (2, 4)
    assert total.objected == 1  # a buyer had said no to one of those
    assert {pk: tally.after[Outcome.PASSES] for pk, tally in simulation.suppliers.items()} == {7: 2, 8: 2}


def test_another_matter_keeps_its_own_policy():
    parts = [Part(Decimal(100), date(2026, 12, 16), Decimal("5"))]
    total, _ = play([past(parts)], before=[], after=[three_days()])
    assert total.after == Counter({Outcome.NEEDS_BUYER: 1})  # the price still needs the buyer


def test_the_value_of_what_passes_is_rounded_by_currency():
    cheaper = [Part(Decimal(100), date(2026, 12, 15), Decimal("4.3333"))]
    rule = Rule(1, 1, 1, "P", Matter.PRICE, Scope(1), date(2026, 1, 1), lower=Bound(percent=Decimal(100)))
    total, _ = play([past(cheaper)] * 2, before=[], after=[rule], matter=Matter.PRICE)
    assert dict(total.effect_after) == {"EUR": Decimal("-33.34")}
    assert total.as_json()["after"]["PASSES"] == 2


def test_a_hundred_thousand_answers_take_little_processor_time():
    answers = [late(days, supplier_id=pk) for days in range(1, 11) for pk in range(100)] * 100
    began = time.process_time()
    total, _ = play(answers, before=[three_days()], after=[three_days(days=Days.COMPANY)])
    assert total.answers == 100_000
    assert time.process_time() - began < 10  # a second or so; the bench measures it
