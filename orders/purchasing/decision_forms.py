"""The buyer's forms: yes or no to proposals, and a counter-proposal."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from orders.purchasing.forms import FORM_NAME, MOST_PARTS
from orders.purchasing.hidden_fields import read_id, read_integer
from orders.purchasing.rules import Part
from orders.purchasing.typed import read_day, read_number
from orders.purchasing.typed_answer import FOREIGN_FIELDS, TypedPart
from suppliers.refusal import Problem, Refused


class DecisionForm:
    """A buyer's yes or no to proposals: their ids, and the reason of a no."""

    def __init__(self, data: QueryDict) -> None:
        ids = ",".join(data.getlist("answer_ids")).split(",")
        self.answer_ids = sorted({int(pk) for pk in ids if pk.strip().isdecimal() and len(pk) < 19})
        self.reason = data.get("reason", "").replace("\0", "")
        self.problems: list[Problem] = []
        self.kept: list[str] = []

    def show(self, problems: Iterable[Problem]) -> None:
        """Keep what is wrong for the page."""
        self.problems = list(problems)

    def overtaken(self, sentence: str) -> None:
        """The proposal was decided or changed meanwhile: what was typed is kept in words."""
        self.problems = [Problem("", "", sentence.rstrip("."))]
        self.kept = [self.reason.strip()] if self.reason.strip() else []


class CounterForm:
    """A buyer's counter-proposal to one proposal: its parts, typed like a supplier's."""

    def __init__(self, data: QueryDict) -> None:
        self.answer_id = read_integer(data, "answer_id") or 0
        self.comment = data.get("comment", "").replace("\0", "")
        self.submission = read_id(data.get("submission", ""))
        self.problems: list[Problem] = []
        self.kept: list[str] = []
        self.parts = [
            TypedPart(
                number,
                quantity=_typed(data, number, "quantity"),
                date=_typed(data, number, "date"),
                price=_typed(data, number, "price"),
                product_code=_typed(data, number, "product_code"),
                product_name=_typed(data, number, "product_name"),
                unit=_typed(data, number, "unit"),
            )
            for number in range(MOST_PARTS)
            if any(f"parts-{number}-{name}" in data for name in _PART_FIELDS)
        ]

    def counter(self) -> dict[str, Any]:
        """Return the arguments of ``counter_line``. Raises Refused naming every field that cannot be read."""
        problems: list[Problem] = []
        filled = [part for part in self.parts if not part.is_empty]
        parts = tuple(_counter_part(index, part, problems) for index, part in enumerate(filled))
        if problems or not parts:
            raise Refused(problems or [Problem("parts", "", "Give at least one quantity, date and price")])
        return {
            "answer_id": self.answer_id,
            "parts": parts,
            "comment": self.comment,
            "submission": self.submission,
        }

    def overtaken(self, sentence: str) -> None:
        """The proposal was decided or changed meanwhile: what was typed is kept in words."""
        self.problems = [Problem("", "", sentence.rstrip("."))]
        self.kept = [part.words for part in self.parts if not part.is_empty]
        self.kept += [self.comment.strip()] if self.comment.strip() else []

    def show(self, problems: Iterable[Problem]) -> None:
        """Put problems at their fields."""
        self.problems = list(problems)
        filled = [part for part in self.parts if not part.is_empty]
        for problem in self.problems:
            steps = problem.where.split(".")
            if len(steps) >= 3 and steps[-3] == "parts" and int(steps[-2]) < len(filled):
                filled[int(steps[-2])].errors[FORM_NAME.get(steps[-1], steps[-1])] = problem.sentence()


_PART_FIELDS = ("quantity", "date", "price", *FOREIGN_FIELDS)


def _typed(data: QueryDict, number: int, name: str) -> str:
    return data.get(f"parts-{number}-{name}", "").replace("\0", "")


def _counter_part(index: int, typed: TypedPart, problems: list[Problem]) -> Part:
    place = f"parts.{index}"
    quantity = read_number(f"{place}.quantity", typed.quantity)
    day = read_day(f"{place}.delivery_on", typed.date)
    price = read_number(f"{place}.unit_price", typed.price)
    found = [value for value in (quantity, day, price) if isinstance(value, Problem)]
    problems += found
    if isinstance(quantity, Problem) or isinstance(day, Problem) or isinstance(price, Problem):
        return Part(Decimal(0), None, None)
    code, name, unit = (" ".join((getattr(typed, field) or "").split()) for field in FOREIGN_FIELDS)
    return Part(quantity, day, price, "", code, name, unit)
