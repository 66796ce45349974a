"""What forms of this app share: something holds from a day on, for a reason. All is read as typed."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from orders.purchasing.hidden_fields import read_id
from orders.purchasing.typed import read_day
from suppliers.refusal import Problem

_MOST_DIGITS = 5


class DatedForm(forms.Form):
    """From when it holds, until when, and why. What could not be read is among ``problems``."""

    starts_on = forms.CharField(
        label="Holds from", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    ends_on = forms.CharField(label="Until", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    reason = forms.CharField(label="Why", required=False)

    # What stands below two of these fields.
    until_help = "The last day. Empty: until something else is said."
    reason_help = "Kept for whoever looks at the history."

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.fields["ends_on"].help_text = self.until_help
        self.fields["reason"].help_text = self.reason_help
        self.submission: UUID = read_id(data.get("submission", "") if data is not None else "")
        self.problems: list[Problem] = []

    def show(self, problems: Sequence[Problem]) -> None:
        """Put problems at their fields."""
        self.is_valid()
        for problem in problems:
            self.add_error(problem.where if problem.where in self.fields else None, problem.sentence())

    def _text(self, name: str) -> str:
        return str(self.data.get(name, "")).replace("\0", "").strip()

    def _day(self, name: str) -> date | None:
        text = self._text(name)
        return self._kept(read_day(name, text)) if text else None

    def _whole(self, name: str, expected: str) -> int | None:
        """Return a whole number; None when nothing was typed, and with a problem when it is none."""
        text = self._text(name)
        if not text:
            return None
        if text.isdecimal() and len(text) <= _MOST_DIGITS:
            return int(text)
        self.problems.append(Problem(name, f"“{text[:20]}”", expected))
        return None

    def _chosen(self, name: str) -> int | None:
        """Return the id chosen in a list, None for all of them and for what is not in it."""
        text = self._text(name)
        return int(text) if text and text in dict(self.fields[name].choices) else None  # type: ignore[attr-defined]

    def _offer(self, name: str, everything: str, choices: Any) -> None:
        self.fields[name].choices = [("", everything), *((str(pk), label) for pk, label in choices.items())]  # type: ignore[attr-defined]

    def _kept(self, read: Any) -> Any:
        if isinstance(read, Problem):
            self.problems.append(read)
            return None
        return read
