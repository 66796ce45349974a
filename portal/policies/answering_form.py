"""The form of how long suppliers have to answer. Numbers and dates are read as people type them."""

from collections.abc import Mapping, Sequence
from datetime import date

from django import forms
from django.http import QueryDict

from orders.deadlines.drafts import TermsDraft
from orders.deadlines.lifecycle import StepCode
from orders.deadlines.rules import Terms
from portal.policies.dated_form import DatedForm
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


class AnsweringForm(DatedForm):
    """How long there is, who is told after it, from when, and why."""

    field_order = ["supplier", "hours", "again_hours", "tells", "interval"]

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
        self._offer("supplier", "All suppliers", suppliers)

    def supplier_id(self) -> int | None:
        """Return the supplier chosen, None for all."""
        chosen = self._chosen("supplier")
        if chosen is None and self._text("supplier"):
            self.problems.append(Problem("supplier", "", "Choose a supplier from the list"))
        return chosen

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

    def _hours(self, name: str) -> int | None:
        return self._whole(name, "This must be a whole number of working hours")
