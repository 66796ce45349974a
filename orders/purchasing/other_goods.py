"""Why another product or unit may not be offered for a line, said before anybody types. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suppliers.policies.records import Goods, Rule
from suppliers.policies.rules import outcome_beyond, rule_for
from suppliers.policies.terms import Matter, Outcome

_NOUNS = {Matter.SUBSTITUTE: "product", Matter.UNIT: "unit"}


@dataclass(frozen=True, slots=True)
class OtherGoods:
    """The policies about other products and units between one company and one supplier, by matter."""

    rules: Mapping[Matter, tuple[Rule, ...]]

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> "OtherGoods":
        """Keep what is about other products and units of rules in force; read once for very many lines."""
        found = tuple(rule for rule in rules if rule.matter in _NOUNS)
        about = {matter: tuple(rule for rule in found if rule.matter == matter) for matter in _NOUNS}
        return cls({matter: rules for matter, rules in about.items() if rules})

    def refusals(self, goods: Goods | None) -> dict[Matter, str]:
        """Return why, in words, by what may not be offered for some goods; empty where anything may."""
        if goods is None or not self.rules:
            return {}
        deciding = {matter: rule_for(rules, goods) for matter, rules in self.rules.items()}
        return {
            matter: f"Another {_NOUNS[matter]} may not be proposed (“{rule.name}”)"
            for matter, rule in deciding.items()
            if rule is not None and outcome_beyond(rule) == Outcome.REFUSED
        }
