"""The form of how long suppliers have to answer. Numbers and dates are read as people type them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from orders.deadlines.drafts import TermsDraft
from orders.deadlines.lifecycle import StepCode
from orders.deadlines.rules import Terms
from orders.purchasing.hidden_fields import read_id
from orders.purchasing.typed import read_day
from suppliers.refusal import Problem

_TOLD = {"second": StepCode.BACKUP, "buyer": StepCode.BUYER, "manager": StepCode.MANAGER}
_NAMES = {
    "second": "The supplier's second contact",
    "buyer": "The buyer of the order",
    "manager": "The buyer's manager",
}


def _hours(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


class AnsweringForm(forms.Form):
    """How long there is, who is told after it, from when, and why."""

    supplier = forms.ChoiceField(label="For", required=False)
    hours = _hours(
        "Working hours to answer an order", "Of the supplier, from the first mail that reached it."
    )
    again_hours = _hours("Working hours to confirm again", "Empty: as many as to answer an order.")
    tells = forms.MultipleChoiceField(
        label="Told when it is over, one after the other",
        choices=list(_NAMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    interval = _hours("Working hours from one to the next")
    starts_on = forms.CharField(
        label="Holds from", widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    ends_on = forms.CharField(
        label="Until",
        help_text="The last day. Empty: until something else is said.",
        widget=forms.DateInput(attrs={"type": "date"}),
        required=False,
    )
    reason = forms.CharField(label="Why", help_text="Kept for whoever looks at the history.", required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        terms: Terms,
        suppliers: Mapping[int, str],
        chosen: int | None,
        today: date,
    ) -> None:
        told = [name for name, code in _TOLD.items() if code in terms.further]
        initial = {
            "supplier": str(chosen or ""),
            "hours": str(terms.hours),
            "again_hours": str(terms.again_hours or ""),
            "tells": told,
            "interval": str(terms.interval),
            "starts_on": today.isoformat(),
        }
        super().__init__(data, initial=initial)
        self.submission: UUID = read_id(data.get("submission", "") if data is not None else "")
        self.problems: list[Problem] = []
        choices = [("", "All suppliers"), *((str(pk), name) for pk, name in suppliers.items())]
        self.fields["supplier"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen(self) -> int | None:
        """The supplier chosen, None for all."""
        text = self._text("supplier")
        known = dict(self.fields["supplier"].choices)  # type: ignore[attr-defined]
        if text and text not in known:
            self.problems.append(Problem("supplier", "", "Choose a supplier from the list"))
        return int(text) if text and text in known else None

    def draft(self) -> TermsDraft:
        """Return what was typed; what could not be read is among ``problems``."""
        told = set(self.data.getlist("tells")) if isinstance(self.data, QueryDict) else set()
        return TermsDraft(
            hours=self._hours("hours"),
            again_hours=self._hours("again_hours"),
            interval=self._hours("interval"),
            tells_second="second" in told,
            tells_buyer="buyer" in told,
            tells_manager="manager" in told,
            starts_on=self._day("starts_on"),
            ends_on=self._day("ends_on"),
            reason=self._text("reason"),
        )

    def show(self, problems: Sequence[Problem]) -> None:
        """Put problems at their fields, each field's first; one that could not be read is not missing too."""
        self.is_valid()
        seen: set[str] = set()
        for problem in problems:
            if problem.where not in seen:
                self.add_error(problem.where if problem.where in self.fields else None, problem.sentence())
            seen.add(problem.where)

    def overtaken(self, sentence: str) -> None:
        """Say that somebody was quicker; what was typed stays."""
        self.is_valid()
        self.add_error(None, sentence)

    def _text(self, name: str) -> str:
        return str(self.data.get(name, "")).replace("\0", "").strip()

    def _hours(self, name: str) -> int | None:
        text = self._text(name)
        if not text:
            return None
        if text.isdecimal() and len(text) < 6:
            return int(text)
        self.problems.append(Problem(name, f"“{text[:20]}”", "This must be a whole number of working hours"))
        return None

    def _day(self, name: str) -> date | None:
        text = self._text(name)
        read: Any = read_day(name, text) if text else None
        if isinstance(read, Problem):
            self.problems.append(read)
            return None
        return read
