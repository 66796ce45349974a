"""All policies between one company and one supplier on one day: what judges a line's answer. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from suppliers.policies.records import Goods, Measure, Rule, Workdays
from suppliers.policies.rules import day_after, in_force, rule_for, weigh
from suppliers.policies.terms import Days, Matter
from suppliers.policies.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The policies between one company and one supplier on one day, and the calendars they count by."""

    on: date
    rules: tuple[Rule, ...] = ()  # in force
    workdays: Mapping[Days, Workdays] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: Iterable[Rule], on: date, workdays: Mapping[Days, Workdays]) -> "Rulebook":
        """Keep what is in force of all versions given."""
        return cls(on, tuple(in_force(rules, on)), workdays)

    def rule(self, matter: Matter, goods: Goods) -> Rule | None:
        """Return the policy that holds for these goods in a matter."""
        return rule_for((rule for rule in self.rules if rule.matter == matter), goods)

    def judge(self, goods: Goods, measures: Sequence[Measure]) -> Verdict:
        """Weigh everything that deviates about one line."""
        return Verdict(
            self.on,
            tuple(weigh(one, self.rule(one.matter, goods), self.workdays) for one in measures),
        )

    def asked_again_from(self, goods: Goods, delivery_on: date) -> date | None:
        """Return from which day on a supplier is asked again whether a delivery holds; None: it is not."""
        rule = self.rule(Matter.AGAIN, goods)
        if rule is None or rule.upper.amount is None:
            return None
        return day_after(delivery_on, int(rule.upper.amount), self.workdays.get(rule.days), step=-1)

    def earliest(self, goods: Goods) -> date:
        """Return the first date that may be promised: today, or before it where a policy allows that."""
        rule = self.rule(Matter.PAST, goods)
        if rule is None or not rule.lower.amount:
            return self.on
        return day_after(self.on, int(rule.lower.amount), self.workdays.get(rule.days), step=-1)
