"""What somebody wants a policy to say, and everything that is wrong with it. Pure."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from suppliers.policies.records import Bound
from suppliers.policies.terms import Beyond, Days, Joined, Matter
from suppliers.refusal import Problem

NAME_LENGTH = 100
_MOST = Decimal(10) ** 9
_PLACES = 6
_LONGEST_DAYS = 366
_MOST_RANK = 10_000


@dataclass(frozen=True, slots=True)
class Target:
    """For what a policy is meant; the company is given apart. None and "" leave it open."""

    name: str
    matter: Matter
    supplier_id: int | None = None
    product_odoo_id: int | None = None
    product_code: str = ""
    category_odoo_id: int | None = None
    category_name: str = ""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a version of a policy says, and why."""

    starts_on: date | None
    reason: str
    ends_on: date | None = None
    lower: Bound = field(default_factory=Bound)
    upper: Bound = field(default_factory=Bound)
    joined: Joined = Joined.AND
    currency: str = ""
    days: Days = Days.CALENDAR
    beyond: Beyond = Beyond.BUYER
    rank: int = 100


def check_target(target: Target) -> list[Problem]:
    """Find what is wrong with a policy's name and scope."""
    problems = []
    if not target.name.strip():
        problems.append(Problem("name", "", "Give the policy a name", "Suppliers will read it"))
    elif len(target.name.strip()) > NAME_LENGTH:
        problems.append(
            Problem("name", f"{len(target.name)} characters", f"At most {NAME_LENGTH} characters")
        )
    if target.product_code and target.category_odoo_id is not None:
        problems.append(Problem("category", "a product as well", "Choose a product or a category, not both"))
    return problems


def check_terms(matter: Matter, terms: Terms, *, today: date) -> list[Problem]:
    """Find everything that is wrong with a version. *today* is the date in the company's zone."""
    problems = _check_dates(terms, today)
    if not terms.reason.strip():
        problems.append(Problem("reason", "", "Say why", "Whoever looks at the history will read it"))
    if not 0 <= terms.rank <= _MOST_RANK:
        problems.append(Problem("rank", str(terms.rank), f"The rank is a number from 0 to {_MOST_RANK}"))
    for side, bound, allowed in (
        ("lower", terms.lower, matter in Matter.with_lower()),
        ("upper", terms.upper, matter in Matter.with_upper()),
    ):
        problems += _check_bound(side, bound, matter) if allowed else _check_absent(side, bound, matter)
    amounts = terms.lower.amount is not None or terms.upper.amount is not None
    if matter == Matter.PRICE and amounts and len(terms.currency) != 3:
        problems.append(Problem("currency", terms.currency, "Say in which currency the amounts are"))
    if matter == Matter.AGAIN and not terms.upper.amount:
        found = "" if terms.upper.amount is None else "0"
        expected = "Say how many days before the delivery the supplier is asked again, at least one"
        problems.append(Problem("upper_amount", found, expected))
    return problems


def _check_dates(terms: Terms, today: date) -> list[Problem]:
    if terms.starts_on is None:
        return [Problem("starts_on", "", "Say from which day on this holds")]
    problems = []
    if terms.starts_on < today:
        problems.append(
            Problem(
                "starts_on",
                terms.starts_on.isoformat(),
                f"A policy holds from today ({today.isoformat()}) on, or from later",
                "What was decided already stays as it was decided",
            )
        )
    if terms.ends_on is not None and terms.ends_on < terms.starts_on:
        problems.append(Problem("ends_on", terms.ends_on.isoformat(), "The last day comes after the first"))
    return problems


def _check_bound(side: str, bound: Bound, matter: Matter) -> list[Problem]:
    problems = []
    whole = matter in Matter.with_days() or matter == Matter.SPLIT
    if bound.amount is not None:
        problems += _check_number(f"{side}_amount", bound.amount)
        if whole and bound.amount != bound.amount.to_integral_value():
            problems.append(Problem(f"{side}_amount", f"{bound.amount:f}", "This must be a whole number"))
        if matter in Matter.with_days() and bound.amount > _LONGEST_DAYS:
            problems.append(Problem(f"{side}_amount", f"{bound.amount:f}", f"At most {_LONGEST_DAYS} days"))
    if bound.percent is not None:
        if matter in Matter.with_percent():
            problems += _check_number(f"{side}_percent", bound.percent)
        else:
            problems.append(
                Problem(f"{side}_percent", f"{bound.percent:f} %", "Here a percentage says nothing")
            )
    return problems


def _check_number(where: str, number: Decimal) -> list[Problem]:
    if not number.is_finite() or number >= _MOST:
        return [Problem(where, str(number), f"This must be a number below {_MOST:,f}")]
    if number < 0:
        return [Problem(where, f"{number:f}", "This must not be below zero", "The side says the direction")]
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _PLACES:
        return [Problem(where, f"{number:f}", f"At most {_PLACES} decimal places")]
    return []


def _check_absent(side: str, bound: Bound, matter: Matter) -> list[Problem]:
    if not bound.is_set:
        return []
    return [Problem(f"{side}_amount", "a bound", f"“{matter.label}” has no such bound", "Leave it empty")]
