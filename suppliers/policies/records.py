"""What the engine reads and returns: rules, goods, measures, findings. Frozen; Decimal, dates and text."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from suppliers.policies.terms import Beyond, Days, Joined, Matter, Outcome

Value = Decimal | date | str | None


class Workdays(Protocol):
    """Whoever knows on which days work is done."""

    def is_working_day(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Bound:
    """How far one side may go: an amount (or days), a percentage, or both. Neither: nothing passes."""

    amount: Decimal | None = None
    percent: Decimal | None = None

    @property
    def is_set(self) -> bool:
        """Whether anything passes on this side."""
        return self.amount is not None or self.percent is not None


@dataclass(frozen=True, slots=True)
class Scope:
    """For what a policy holds; what is None or empty is left open. The company is never open."""

    company_id: int
    supplier_id: int | None = None
    product_odoo_id: int | None = None
    product_code: str = ""
    category_id: int | None = None

    def covers(self, goods: "Goods") -> bool:
        """Whether a line's goods are meant."""
        if self.company_id != goods.company_id or self.supplier_id not in {None, goods.supplier_id}:
            return False
        if self.category_id is not None and f"/{self.category_id}/" not in goods.category_path:
            return False
        return self._covers_product(goods)

    def _covers_product(self, goods: "Goods") -> bool:
        if self.product_odoo_id is not None and goods.product_odoo_id is not None:
            return self.product_odoo_id == goods.product_odoo_id
        return not self.product_code or self.product_code == goods.product_code

    def breadth(self, goods: "Goods") -> tuple[bool, bool, int]:
        """Sort the most specific first: the supplier, then the product, then the deepest category named."""
        depth = 0
        if self.category_id is not None:
            depth = goods.category_path.partition(f"/{self.category_id}/")[0].count("/") + 1
        return self.supplier_id is None, not self.product_code, -depth


@dataclass(frozen=True, slots=True)
class Goods:
    """What a line is about, as far as policies care. *category_path* is ``/1/4/`` from the root, or empty."""

    company_id: int
    supplier_id: int
    product_odoo_id: int | None = None
    product_code: str = ""
    category_path: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a policy as the engine reads it."""

    policy_id: int
    version_id: int
    number: int
    name: str
    matter: Matter
    scope: Scope
    starts_on: date
    ends_on: date | None = None  # the last day, included
    is_off: bool = False  # from its first day on, the policy does not hold any more
    rank: int = 100
    lower: Bound = field(default_factory=Bound)
    upper: Bound = field(default_factory=Bound)
    joined: Joined = Joined.AND
    currency: str = ""  # of amounts of a price
    days: Days = Days.CALENDAR
    beyond: Beyond = Beyond.BUYER

    def holds_on(self, day: date) -> bool:
        """Whether the version covers a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class Measure:
    """What deviates in one matter: what the buyer asked for, and what the supplier answers.

    *unit* is the unit of a quantity, the currency of a price. *where* is the field of the form it stands in.
    """

    matter: Matter
    asked: Value
    answered: Value
    unit: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One bound held against what was measured; both are amounts, days or percentages."""

    kind: str  # "amount", "percent"
    bound: Decimal
    measured: Decimal | None  # None: it cannot be measured (a percentage of nothing, another currency)
    holds: bool


@dataclass(frozen=True, slots=True)
class PolicyRef:
    """Which version of which policy was used."""

    policy_id: int
    version_id: int
    number: int
    name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one deviation: the policy, the numbers, the outcome. No policy: the buyer decides."""

    measure: Measure
    outcome: Outcome
    policy: PolicyRef | None = None
    difference: Decimal | None = None  # signed: amount, or days
    joined: Joined = Joined.AND
    days: Days = Days.CALENDAR
    beyond: Beyond = Beyond.BUYER
    currency: str = ""
    closed: tuple[date, ...] = ()  # days between that were not counted
    checks: tuple[Check, ...] = ()
    limit: Value = None  # the last value that would have passed, where a bound says so


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much an answer differs, and to which side; *of* is what percentages refer to."""

    by: Decimal
    is_less: bool = False
    of: Decimal | None = None
    closed: tuple[date, ...] = ()
