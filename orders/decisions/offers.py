"""Offers to let something pass by itself, where a buyer has decided the same again and again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from orders.decisions.likeness import Decided, Habit, habits
from orders.decisions.records import Kind
from suppliers.policies.records import Goods
from suppliers.policies.rulebook import Rulebook
from suppliers.policies.terms import Days, Matter

LOOKS_BACK = timedelta(days=90)

# Company, supplier, matter, and whether it is about more (later, dearer) or less.
Key = tuple[int, int, Matter, bool]


@dataclass(frozen=True, slots=True)
class Offer:
    """What could pass by itself, for one supplier at one company."""

    company_id: int
    supplier_id: int
    supplier: str
    habit: Habit
    is_yours: bool  # whether one person, the reader, decided all of them

    @property
    def sentence(self) -> str:
        """Say what was decided: "You approved 8 of 8 date moves of up to 3 days for Acme"."""
        who = "You" if self.is_yours else "You and your colleagues"
        count = self.habit.approved
        return f"{who} approved {count} of {count} {what_words(self.habit)} for {self.supplier}"

    @property
    def key(self) -> Key:
        """What tells it from other offers: who set one of these aside is not offered it again soon."""
        return self.company_id, self.supplier_id, Matter(self.habit.matter.upper()), self.habit.limit > 0

    @property
    def url(self) -> str:
        """The form of such a policy, filled in; empty where this installation has no such page."""
        try:
            form = reverse("policies:new", args=[self.company_id, self.habit.matter])
        except NoReverseMatch:
            return ""
        side = "upper" if self.habit.limit > 0 else "lower"
        measure = "amount" if self.habit.matter == "date" else "percent"
        what = what_words(self.habit)
        values = {
            "supplier": self.supplier_id,
            "name": f"{self.supplier}: {what}"[:100],
            "days": Days.CALENDAR.value,
            f"{side}_{measure}": f"{abs(self.habit.limit).normalize():f}",
            "reason": f"{self.sentence} in the last 90 days.",
        }
        return f"{form}?{urlencode(values)}"

    def is_covered_by(self, book: Rulebook) -> bool:
        """Whether a policy lets these pass already; what was decided before it was made counts no more."""
        matter = self.key[2]
        rule = book.rule(matter, Goods(self.company_id, self.supplier_id))
        if rule is None:
            return False
        bound = rule.upper if self.habit.limit > 0 else rule.lower
        most = bound.amount if matter == Matter.DATE else bound.percent
        return most is not None and most >= abs(self.habit.limit)


def offers_of(
    history: Mapping[Kind, Sequence[Decided]], *, names: Mapping[int, str], reader: int, now: datetime
) -> list[Offer]:
    """Return what could be left to rules, the most frequent decision first. *names* are the suppliers'."""
    found = [
        Offer(company, supplier, names.get(supplier, ""), habit, is_yours=habit.by == {reader})
        for (company, supplier, kinds), past in history.items()
        if len(kinds) == 1
        for habit in habits(kinds[0], past, since=now - LOOKS_BACK)
    ]
    return sorted(found, key=lambda offer: (-offer.habit.approved, offer.supplier, offer.company_id))


def what_words(habit: Habit) -> str:
    """Name what was approved: "date moves of up to 3 days", "price rises of up to 2 %"."""
    size, more = abs(habit.limit), habit.limit > 0
    if habit.matter == "date":
        words = "date moves" if more else "earlier dates"
        return f"{words} of up to {size:f} day{'' if size == 1 else 's'}"
    named = {
        ("price", True): "price rises",
        ("price", False): "lower prices",
        ("quantity", True): "larger quantities",
        ("quantity", False): "smaller quantities",
    }[habit.matter, more]
    return f"{named} of up to {_plain(size)} %"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
