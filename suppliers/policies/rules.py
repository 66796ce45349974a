"""The tolerance engine: which policy holds for a deviation, and what it makes of it. Pure, Decimal only."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from suppliers.policies.records import (
    Bound,
    Check,
    Difference,
    Finding,
    Goods,
    Measure,
    PolicyRef,
    Rule,
    Value,
    Workdays,
)
from suppliers.policies.terms import Beyond, Days, Joined, Matter, Outcome

_DAY = timedelta(days=1)
_HUNDRED = Decimal(100)
# Percentages in a verdict are for reading; comparing needs no division.
_PERCENT_PLACES = Decimal("0.0001")
# As the portal stores them.
_PLACES = {
    Matter.QUANTITY: Decimal("0.0001"),
    Matter.REJECTION: Decimal("0.0001"),
    Matter.PRICE: Decimal("0.000001"),
}
_LONGEST_LOOK = 2 * 366


def in_force(rules: Iterable[Rule], day: date) -> list[Rule]:
    """Keep what holds on a day: of each policy the newest version that covers it, unless that ends it."""
    newest: dict[int, Rule] = {}
    for rule in rules:
        held = newest.get(rule.policy_id)
        if rule.holds_on(day) and (held is None or rule.number > held.number):
            newest[rule.policy_id] = rule
    return [rule for rule in newest.values() if not rule.is_off]


def rule_for(rules: Iterable[Rule], goods: Goods) -> Rule | None:
    """Return the most specific of rules in force about one matter; ties go to the lowest rank."""
    covering = (rule for rule in rules if rule.scope.covers(goods))
    return min(
        covering, key=lambda rule: (*rule.scope.breadth(goods), rule.rank, rule.policy_id), default=None
    )


def outcome_of(
    rule: Rule | None, by: Decimal, of: Decimal | None, *, is_less: bool, currency: str
) -> Outcome:
    """Say what ``weigh`` would make of a difference, without saying why: for very many of them.

    *by* is its size, *of* what percentages refer to.
    """
    if rule is None:
        return Outcome.NEEDS_BUYER
    if rule.matter in Matter.never_alone():
        return outcome_beyond(rule)
    bound, comparable = rule.lower if is_less else rule.upper, is_comparable(rule, currency)
    holds = []
    if bound.amount is not None:
        holds.append(comparable and by <= bound.amount)
    if bound.percent is not None:
        holds.append(bool(of) and by * _HUNDRED <= bound.percent * (of or 0))
    passes = bool(holds) and (all(holds) if rule.joined == Joined.AND else any(holds))
    if passes and not (rule.matter == Matter.REJECTION and by == of):
        return Outcome.PASSES
    return outcome_beyond(rule) if comparable or bound.amount is None else Outcome.NEEDS_BUYER


def weigh(measure: Measure, rule: Rule | None, workdays: Mapping[Days, Workdays]) -> Finding:
    """Say what becomes of one deviation under a rule, with everything that led there.

    Without a rule the buyer decides. What equals what the buyer asked for passes in any case: it may differ
    from what was agreed since.
    """
    if measure.asked == measure.answered:
        return Finding(measure, Outcome.PASSES)
    if rule is None:
        return Finding(measure, Outcome.NEEDS_BUYER)
    ref = PolicyRef(rule.policy_id, rule.version_id, rule.number, rule.name)
    if rule.matter in Matter.never_alone():
        return Finding(measure, outcome_beyond(rule), ref, beyond=rule.beyond)
    found = difference_of(measure, workdays.get(rule.days))
    bound = rule.lower if found.is_less else rule.upper
    comparable = is_comparable(rule, measure.unit)
    checks = _checks(bound, found.by, found.of, comparable=comparable)
    return Finding(
        measure=measure,
        outcome=_outcome(rule, measure, bound, _joined(rule.joined, checks), comparable=comparable),
        policy=ref,
        difference=-found.by if found.is_less else found.by,
        joined=rule.joined,
        days=rule.days,
        beyond=rule.beyond,
        currency=rule.currency,
        closed=found.closed,
        checks=tuple(checks),
        limit=limit_of(measure, found, rule.joined, checks, workdays.get(rule.days)),
    )


def is_comparable(rule: Rule, currency: str) -> bool:
    """Whether a rule's amounts are in the currency of what is measured."""
    return rule.matter != Matter.PRICE or rule.currency in {"", currency}


def outcome_beyond(rule: Rule) -> Outcome:
    """Return what happens outside of a rule's bounds."""
    return Outcome.REFUSED if rule.beyond == Beyond.REFUSE else Outcome.NEEDS_BUYER


def difference_of(measure: Measure, workdays: Workdays | None) -> Difference:
    """Return by how much an answer differs; of days, those are counted on which work is done."""
    asked, answered = measure.asked, measure.answered
    if isinstance(asked, date) and isinstance(answered, date):
        count, closed = days_between(asked, answered, workdays)
        return Difference(Decimal(count), is_less=answered < asked, closed=closed)
    assert isinstance(asked, Decimal)  # noqa: S101 - only matters without bounds are texts
    assert isinstance(answered, Decimal)  # noqa: S101
    if measure.matter == Matter.SPLIT:
        return Difference(answered)  # so many deliveries, whatever was asked for
    return Difference(abs(answered - asked), is_less=answered < asked, of=asked)


def days_between(one: date, other: date, workdays: Workdays | None) -> tuple[int, tuple[date, ...]]:
    """Count the days after the earlier up to and with the later of two dates.

    Returns the days that were not counted as well; without *workdays* every day counts.
    """
    start, total = min(one, other), abs((other - one).days)
    closed: tuple[date, ...] = ()
    if workdays is not None:
        between = (start + _DAY * number for number in range(1, total + 1))
        closed = tuple(day for day in between if not workdays.is_working_day(day))
    return total - len(closed), closed


def day_after(start: date, count: int, workdays: Workdays | None, *, step: int = 1) -> date:
    """Return the last day that lies *count* counted days after a day (before it when *step* is −1).

    The day itself when there is none; within two years, or no such day is looked for.
    """
    found, left = start, count
    for number in range(1, _LONGEST_LOOK):
        day = start + _DAY * number * step
        # Backwards, the day that is left behind is counted: the later of two dates counts, not the earlier.
        counted = day if step > 0 else day + _DAY
        is_open = workdays is None or workdays.is_working_day(counted)
        left -= is_open
        if left < 0:
            break
        if workdays is None or workdays.is_working_day(day):
            found = day
    return found


def limit_of(
    measure: Measure, found: Difference, joined: Joined, checks: Sequence[Check], workdays: Workdays | None
) -> Value:
    """Return the last value that the bounds let pass, so that a refusal can name it."""
    sides = [check for check in checks if check.measured is not None]
    if isinstance(measure.asked, date):
        most = int(sides[0].bound) if sides else 0
        return day_after(measure.asked, most, workdays, step=-1 if found.is_less else 1)
    if measure.matter == Matter.SPLIT:
        return sides[0].bound if sides else Decimal(1)
    if not isinstance(measure.asked, Decimal):
        return None
    steps = [
        check.bound if check.kind == "amount" else measure.asked * check.bound / _HUNDRED for check in sides
    ]
    step = (min(steps) if joined == Joined.AND else max(steps)) if steps else Decimal(0)
    # Rounded towards what was asked, so that the value named is one that passes.
    rounding = ROUND_CEILING if found.is_less else ROUND_FLOOR
    limit = measure.asked - step if found.is_less else measure.asked + step
    return max(limit, Decimal(0)).quantize(_PLACES[measure.matter], rounding).normalize()


def _outcome(rule: Rule, measure: Measure, bound: Bound, passes: bool, *, comparable: bool) -> Outcome:  # noqa: FBT001
    if passes and measure.matter == Matter.REJECTION and not measure.answered:
        passes = False  # nothing will come at all: that is for a person to know
    if passes:
        return Outcome.PASSES
    # What cannot be compared is not the supplier's fault: a person looks at it.
    return outcome_beyond(rule) if comparable or bound.amount is None else Outcome.NEEDS_BUYER


def _joined(how: Joined, checks: Sequence[Check]) -> bool:
    holds = [check.holds for check in checks]
    return bool(holds) and (all(holds) if how == Joined.AND else any(holds))


def _checks(bound: Bound, by: Decimal, of: Decimal | None, *, comparable: bool) -> list[Check]:
    checks = []
    if bound.amount is not None:
        checks.append(
            Check("amount", bound.amount, by if comparable else None, comparable and by <= bound.amount)
        )
    if bound.percent is not None:
        share = (by * _HUNDRED / of).quantize(_PERCENT_PLACES) if of else None
        checks.append(
            Check("percent", bound.percent, share, by * _HUNDRED <= bound.percent * of if of else False)
        )
    return checks
