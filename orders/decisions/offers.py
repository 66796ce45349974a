"""Offers to let something pass by itself, where a buyer has decided the same again and again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from orders.decisions.likeness import Decided, Habit, habits
from orders.decisions.records import Kind

LOOKS_BACK = timedelta(days=90)


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
