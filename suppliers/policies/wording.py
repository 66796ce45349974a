"""Policies and verdicts in sentences, for the supplier, the buyer, and whoever types. Pure."""

from datetime import date
from decimal import Decimal

from suppliers.policies.records import Bound, Finding, Rule, Value
from suppliers.policies.terms import Beyond, Days, Joined, Matter, Outcome

# What lies below and above what was asked for.
_WORDS = {
    Matter.QUANTITY: ("less", "more"),
    Matter.PRICE: ("lower", "higher"),
    Matter.DATE: ("early", "late"),
    Matter.REJECTION: ("not delivered", ""),
    Matter.PAST: ("in the past", ""),
}
_DAYS = {
    Days.CALENDAR: ("day", "days"),
    Days.COMPANY: ("working day", "working days"),
    Days.SUPPLIER: ("of the supplier's working days", "of the supplier's working days"),
}
_NAMES = {
    Matter.QUANTITY: "Quantity",
    Matter.PRICE: "Price",
    Matter.DATE: "Delivery date",
    Matter.SPLIT: "Deliveries",
    Matter.REJECTION: "Quantity that will come",
    Matter.SUBSTITUTE: "Product",
    Matter.UNIT: "Unit",
}
_END = {
    Outcome.PASSES: "accepted by itself",
    Outcome.NEEDS_BUYER: "the buyer decides",
    Outcome.REFUSED: "it cannot be sent",
}


def rule_text(rule: Rule, unit: str = "") -> str:
    """Say what a policy allows: "up to 3 working days late; anything beyond: the buyer decides"."""
    if rule.matter in Matter.never_alone():
        return "may not be proposed" if rule.beyond == Beyond.REFUSE else "may be proposed; the buyer decides"
    if rule.matter == Matter.AGAIN:
        return f"asked {_days(rule.upper.amount or Decimal(0), rule)} before the delivery"
    sides = [bound_text(rule, is_less=is_less, unit=unit) for is_less in (True, False)]
    allowed = "; ".join(side for side in sides if side)
    if rule.matter == Matter.PAST:
        return allowed or "not in the past"
    if not allowed:
        refused = "must stay as asked" if rule.matter != Matter.SPLIT else "not in several deliveries"
        return refused if rule.beyond == Beyond.REFUSE else "every deviation: the buyer decides"
    return f"{allowed}; beyond that {rule.beyond.label}"


def bound_text(rule: Rule, *, is_less: bool, unit: str = "") -> str:
    """Say how far one side may go, empty when nothing passes on it."""
    bound = rule.lower if is_less else rule.upper
    if not bound.is_set:
        return ""
    if rule.matter == Matter.SPLIT:
        return f"up to {number_text(bound.amount)} deliveries"
    word = _WORDS[rule.matter][0 if is_less else 1]
    return f"up to {_size(bound, rule, unit)} {word}".strip()


def finding_text(finding: Finding) -> str:
    """Say what became of one deviation and why, in one sentence that both sides read."""
    measure = finding.measure
    change = f"{_NAMES[measure.matter]} {value_text(measure.asked)} → {value_text(measure.answered)}"
    change += f" {measure.unit}" if measure.unit and not isinstance(measure.answered, date) else ""
    if measure.asked == measure.answered:
        return f"{_NAMES[measure.matter]} {value_text(measure.asked)}: as the buyer asked for."
    if finding.policy is None:
        return f"{change}: no policy allows it by itself, so the buyer decides."
    by = _measured(finding)
    where = "within" if finding.outcome == Outcome.PASSES else "beyond"
    if measure.matter in Matter.never_alone():
        where = "under"
    named = f"“{finding.policy.name}” (version {finding.policy.number})"
    return f"{change}{by}: {where} {named}, {_END[finding.outcome]}."


def limit_text(finding: Finding, what: str) -> str:
    """Say which bound was broken, as a problem: "The price of line 1 may be at most 4.59 EUR (“Prices”)"."""
    measure, limit = finding.measure, value_text(finding.limit)
    unit = f" {measure.unit}" if measure.unit else ""
    name, is_less = finding.policy.name if finding.policy else "", _is_less(finding)
    said = {
        Matter.SUBSTITUTE: f"Another product may not be proposed for {what}",
        Matter.UNIT: f"Another unit may not be proposed for {what}",
        Matter.SPLIT: f"{what} may come in at most {limit} deliveries"
        if finding.checks
        else f"{what} must come in one delivery",
        Matter.REJECTION: f"At least {limit}{unit} of {what} must come",
        Matter.DATE: f"{what} may be delivered on {limit} at the {'earliest' if is_less else 'latest'}",
    }.get(measure.matter)
    if said is None:
        noun = "quantity" if measure.matter == Matter.QUANTITY else "price"
        said = f"The {noun} of {what} may be at {'least' if is_less else 'most'} {limit}{unit}"
        if finding.limit == measure.asked:
            said = f"The {noun} of {what} must stay {limit}{unit}"
    return f"{said[:1].upper()}{said[1:]} (“{name}”)"


def value_text(value: Value) -> str:
    """Write a number without trailing zeros, a date as ISO, and a text as it is."""
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        return number_text(value)
    return value.isoformat() if isinstance(value, date) else value


def number_text(number: Decimal | None) -> str:
    """Write a number without trailing zeros."""
    return "-" if number is None else f"{number.normalize():f}"


def _is_less(finding: Finding) -> bool:
    measure = finding.measure
    if isinstance(measure.asked, date) and isinstance(measure.answered, date):
        return measure.answered < measure.asked
    if isinstance(measure.asked, Decimal) and isinstance(measure.answered, Decimal):
        return measure.answered < measure.asked
    return False


def _measured(finding: Finding) -> str:
    measure = finding.measure
    if finding.difference is None or measure.matter == Matter.SPLIT:
        return ""
    word = _WORDS[measure.matter][0 if _is_less(finding) else 1]
    if isinstance(measure.asked, date):
        count = abs(finding.difference)
        return f" ({number_text(count)} {_DAYS[finding.days][count != 1]} {word})"
    share = next((check.measured for check in finding.checks if check.kind == "percent"), None)
    by = f"{number_text(abs(finding.difference))} {measure.unit}".strip()
    return f" ({by}{f', {number_text(share)} %' if share is not None else ''} {word})"


def _size(bound: Bound, rule: Rule, unit: str) -> str:
    if rule.matter in Matter.with_days():
        return _days(bound.amount or Decimal(0), rule)
    parts = []
    if bound.percent is not None:
        parts.append(f"{number_text(bound.percent)} %")
    if bound.amount is not None:
        parts.append(f"{number_text(bound.amount)} {rule.currency or unit}".strip())
    if len(parts) == 2:
        return f"{parts[0]} or {parts[1]}, whichever is {'less' if rule.joined == Joined.AND else 'more'},"
    return parts[0]


def _days(count: Decimal, rule: Rule) -> str:
    return f"{number_text(count)} {_DAYS[rule.days][count != 1]}"
