"""What a policy would have done to past answers, beside what the policies in force do to them. Pure.

The same bounds as in suppliers.policies.rules decide; only the explanation is left out, because there may be
a hundred thousand answers. A test holds both to the same outcomes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from orders.purchasing.lifecycle import AnswerState
from portal.policies.past import PastAnswer
from suppliers.formats import round_money
from suppliers.policies.records import Goods, Rule, Workdays
from suppliers.policies.rules import days_between, outcome_beyond, outcome_of, rule_for
from suppliers.policies.terms import Days, Matter, Outcome

_NOTHING = Decimal(0)
_OBJECTED = {AnswerState.DECLINED, AnswerState.COUNTERED}
_OUTCOMES = list(Outcome)
_STRICTNESS = {outcome: place for place, outcome in enumerate(Outcome)}
_WITHOUT_NUMBERS = Matter.never_alone()


@dataclass(slots=True)
class Tally:
    """How answers come out under the policies in force, and with the policy in question."""

    answers: int = 0
    before: Counter[Outcome] = field(default_factory=Counter)
    after: Counter[Outcome] = field(default_factory=Counter)
    # What passes by itself changes the value of orders by so much, by currency.
    effect_before: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    effect_after: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    # Of what would newly pass by itself, so many were declined or countered by a buyer.
    objected: int = 0

    def add(self, other: "Tally") -> None:
        """Add another tally to this one."""
        self.answers += other.answers
        self.before += other.before
        self.after += other.after
        self.objected += other.objected
        for mine, theirs in (
            (self.effect_before, other.effect_before),
            (self.effect_after, other.effect_after),
        ):
            for currency, amount in theirs.items():
                mine[currency] += amount

    @property
    def effects(self) -> list[tuple[str, tuple[Decimal, Decimal]]]:
        """The value of what passes, before and after, by currency."""
        before, after = self.effect_before, self.effect_after
        names = sorted({*before, *after})
        pairs = [(name, (before.get(name, _NOTHING), after.get(name, _NOTHING))) for name in names]
        return [pair for pair in pairs if any(pair[1])]

    def as_json(self) -> dict[str, Any]:
        """Return the tally as it is kept with the version that was saved."""
        return {
            "answers": self.answers,
            "before": {outcome.value: self.before[outcome] for outcome in Outcome},
            "after": {outcome.value: self.after[outcome] for outcome in Outcome},
            "effect_before": {currency: str(amount) for currency, amount in self.effect_before.items()},
            "effect_after": {currency: str(amount) for currency, amount in self.effect_after.items()},
            "objected": self.objected,
        }


class Simulation:
    """Plays past answers of one company through two sets of policies that differ in one matter."""

    def __init__(
        self,
        company_id: int,
        matter: Matter,
        *,
        before: Sequence[Rule],
        after: Sequence[Rule],
        workdays: Mapping[tuple[Days, int], Workdays],
    ) -> None:
        """*before* and *after* are in force. *workdays* are by kind and by supplier; 0 is the company."""
        self._company_id, self._matter = company_id, matter
        self._before = {name: [rule for rule in before if rule.matter == name] for name in Matter}
        self._after = [rule for rule in after if rule.matter == matter]
        self._chosen: dict[tuple[Matter | None, tuple[Any, ...]], Rule | None] = {}
        self._distances: dict[tuple[Any, ...], Decimal] = {}
        self._workdays = workdays
        self.suppliers: dict[int, Tally] = defaultdict(Tally)

    def play(self, answers: Iterable[PastAnswer]) -> Tally:
        """Count how the answers come out, by supplier; return the total."""
        for answer in answers:
            self._play_one(answer)
        total = Tally()
        for tally in self.suppliers.values():
            total.add(tally)
        return total

    def _play_one(self, answer: PastAnswer) -> None:
        goods = answer[:4]
        before = after = 0
        for matter in _matters(tuple(answer.deviations)):
            rule = self._rule(self._before[matter], matter, goods)
            place = _STRICTNESS[self._outcome(answer, matter, rule)]
            before = max(before, place)
            if matter == self._matter:
                rule = self._rule(self._after, None, goods)
                place = _STRICTNESS[self._outcome(answer, matter, rule)]
            after = max(after, place)
        self._count(answer, _OUTCOMES[before], _OUTCOMES[after])

    def _rule(self, rules: Sequence[Rule], matter: Matter | None, goods: tuple[Any, ...]) -> Rule | None:
        """Return which of *rules* holds for the goods; no matter stands for the policies in question."""
        if not rules:
            return None
        key = (matter, goods)
        if key not in self._chosen:
            self._chosen[key] = rule_for(rules, Goods(self._company_id, *goods))
        return self._chosen[key]

    def _outcome(self, answer: PastAnswer, matter: Matter, rule: Rule | None) -> Outcome:
        if rule is None or matter in _WITHOUT_NUMBERS:
            return Outcome.NEEDS_BUYER if rule is None else outcome_beyond(rule)
        match matter:
            case Matter.DATE:
                return self._date_outcome(answer, rule)
            case Matter.SPLIT:
                by, of, is_less = Decimal(answer.deliveries), None, False
            case Matter.PRICE:
                by, of, is_less = _step(answer.asked_price, answer.price or _NOTHING)
            case _:
                by, of, is_less = _step(answer.asked_quantity, answer.quantity or _NOTHING)
        return outcome_of(rule, by, of, is_less=is_less, currency=answer.currency)

    def _date_outcome(self, answer: PastAnswer, rule: Rule) -> Outcome:
        """The first delivery counts, and the last one where it is later than what was asked for."""
        asked, found = answer.asked_on, Outcome.PASSES
        if asked is None or answer.first_on is None or answer.last_on is None:
            return found
        days = {answer.first_on, answer.last_on} if answer.last_on > asked else {answer.first_on}
        for day in days - {asked}:
            by = self._distance(rule.days, answer.supplier_id, asked, day)
            outcome = outcome_of(rule, by, None, is_less=day < asked, currency="")
            found = max(found, outcome, key=_STRICTNESS.__getitem__)
        return found

    def _distance(self, kind: Days, supplier_id: int, one: date, other: date) -> Decimal:
        if kind == Days.CALENDAR:
            return Decimal(abs((other - one).days))
        whose = supplier_id if kind == Days.SUPPLIER else 0
        key = (kind, whose, one, other)
        if key not in self._distances:
            count, _ = days_between(one, other, self._workdays[kind, whose])
            self._distances[key] = Decimal(count)
        return self._distances[key]

    def _count(self, answer: PastAnswer, before: Outcome, after: Outcome) -> None:
        tally = self.suppliers[answer.supplier_id]
        tally.answers += 1
        tally.before[before] += 1
        tally.after[after] += 1
        if Outcome.PASSES not in {before, after}:
            return
        effect = _effect(answer)
        if before == Outcome.PASSES:
            tally.effect_before[answer.currency] += effect
        if after == Outcome.PASSES:
            tally.effect_after[answer.currency] += effect
            if before != Outcome.PASSES and answer.state in _OBJECTED:
                tally.objected += 1


def _effect(answer: PastAnswer) -> Decimal:
    """Return by how much the answer changes the value of the order; most answers change dates alone."""
    if answer.quantity == answer.asked_quantity and answer.price == answer.asked_price:
        return _NOTHING
    coming = (answer.quantity or _NOTHING) * (answer.price or _NOTHING)
    return round_money(coming - answer.asked_quantity * answer.asked_price, answer.currency)


def _step(asked: Decimal, answered: Decimal) -> tuple[Decimal, Decimal, bool]:
    return abs(answered - asked), asked, answered < asked


@lru_cache(maxsize=256)
def _matters(deviations: tuple[str, ...]) -> tuple[Matter, ...]:
    """Return what is weighed of an answer with these deviations, as orders.purchasing.measures does."""
    names = set(deviations)
    found = {
        Matter.REJECTION: "rejected" in names,
        Matter.QUANTITY: "quantity" in names and "rejected" not in names,
        Matter.PRICE: "price" in names,
        Matter.SPLIT: "split" in names,
        Matter.DATE: bool({"date", "split"} & names),
        Matter.SUBSTITUTE: "product" in names,
        Matter.UNIT: "unit" in names,
    }
    return tuple(matter for matter, is_weighed in found.items() if is_weighed)
