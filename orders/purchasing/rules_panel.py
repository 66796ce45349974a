"""What a customer's policies allow on an order, said before anybody types. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.purchasing.rules import Asked
from suppliers.policies.records import Rule
from suppliers.policies.rules import rule_for
from suppliers.policies.terms import Matter
from suppliers.policies.wording import rule_text

# When somebody is asked again says nothing about what may be answered.
_ABOUT_ANSWERS = [matter for matter in Matter if matter != Matter.AGAIN]
# Of so many lines a rule for some of them names each; of more it says how many.
_NAMED = 6


@dataclass(frozen=True, slots=True)
class Said:
    """What is allowed in one matter, and for which lines if not for all."""

    matter: str
    text: str
    lines: str = ""


def rules_panel(asked: Sequence[Asked], rules: Sequence[Rule]) -> list[Said]:
    """Return what policies in force say about the lines of an order, matter by matter."""
    found: dict[Rule, list[int]] = {}
    for position, line in enumerate(asked, start=1):
        for matter in _ABOUT_ANSWERS:
            about = [rule for rule in rules if rule.matter == matter]
            if about and line.goods and (rule := rule_for(about, line.goods)):
                found.setdefault(rule, []).append(position)
    order = list(Matter)
    rows = sorted(found.items(), key=lambda one: (order.index(one[0].matter), one[1][0]))
    return [
        Said(rule.matter.label, rule_text(rule), "" if len(lines) == len(asked) else _lines(lines))
        for rule, lines in rows
    ]


def _lines(positions: Sequence[int]) -> str:
    if len(positions) > _NAMED:
        return f"{len(positions)} lines"
    return f"line{'s' if len(positions) > 1 else ''} {', '.join(map(str, positions))}"
