"""How bad input is answered: one refusal that names every problem at once."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with what was sent.

    ``where`` names the field or row (``lines[4].quantity``, the form field's name),
    ``found`` what was there, ``expected`` what would be right, ``remedy`` what to do.
    """

    where: str
    found: str
    expected: str
    remedy: str = ""

    def sentence(self) -> str:
        """Return the problem as one sentence for the person who typed it."""
        parts = [f"{self.expected}" + (f" (found {self.found})" if self.found else "")]
        return ". ".join([*parts, self.remedy] if self.remedy else parts).rstrip(".") + "."


class Refused(Exception):
    """What was sent cannot be accepted; nothing of it was saved. Carries every problem found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(" ".join(problem.sentence() for problem in self.problems))


class IllegalMove(Exception):
    """The thing is in a state in which this cannot be done. The text is a sentence for the person."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
