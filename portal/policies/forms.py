"""The form of a policy, with only the fields that its matter has; and that of a company's working days."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict

from orders.purchasing.typed import read_day, read_number
from portal.policies.dated_form import DatedForm
from suppliers.calendars.holidays import countries, subdivisions
from suppliers.policies.drafts import Terms, check_terms
from suppliers.policies.models import CompanyCalendar, PolicyVersion
from suppliers.policies.records import Bound
from suppliers.policies.terms import Beyond, Days, Joined, Matter
from suppliers.refusal import Problem

MONTHS = (3, 6, 12)
_USUAL_MONTHS, _USUAL_RANK = "6", 100
# What lies below and above what was asked for, as the form asks for it.
_LOWER = {
    Matter.QUANTITY: "Less, by at most",
    Matter.PRICE: "Cheaper, by at most",
    Matter.DATE: "Early, by at most",
    Matter.REJECTION: "Not delivered, at most",
    Matter.PAST: "In the past, by at most",
}
_UPPER = {
    Matter.QUANTITY: "More, by at most",
    Matter.PRICE: "Dearer, by at most",
    Matter.DATE: "Late, by at most",
    Matter.SPLIT: "Deliveries, at most",
    Matter.AGAIN: "Asked so long before the delivery",
}
_UNITS = {Matter.QUANTITY: "in the line's unit", Matter.REJECTION: "in the line's unit"}
EXPLAINED = {
    Matter.QUANTITY: "More or less of a line than was ordered.",
    Matter.PRICE: "Another price per unit.",
    Matter.DATE: "Another delivery date. Of several deliveries the first and the last one count.",
    Matter.SPLIT: "A line in several deliveries; each of their dates needs to be within its own tolerance.",
    Matter.REJECTION: "A part of a line that will not come. Nothing at all is always for a buyer to know.",
    Matter.SUBSTITUTE: "Another product in place of the ordered one. It never passes by itself.",
    Matter.UNIT: "Another unit or pack than the ordered one. It never passes by itself.",
    Matter.PAST: "Delivery dates before today, for goods that are on their way already.",
    Matter.AGAIN: "So long before a delivery the supplier is asked whether it still comes as agreed: once "
    "for each promised date, and not if the supplier has said so since. Without a policy nobody is asked.",
}


class TermsForm(DatedForm):
    """What a version says. Numbers and dates are read as people type them, so every field is text here."""

    until_help = "The last day. Empty: until another version. After it the version before holds again."
    reason_help = "Kept with the version for whoever looks at the history."

    def __init__(self, matter: Matter, data: QueryDict | None = None, *, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.matter = matter
        self._add_bounds()
        if matter in Matter.with_days():
            self._choose("days", "Days are", [(one.value, one.label) for one in Days])
        if matter in Matter.with_percent():
            self._choose("joined", "Where both are given", [(one.value, one.label) for one in Joined])
        if matter not in Matter.without_beyond():
            labels = {Beyond.BUYER: "The buyer decides", Beyond.REFUSE: "It is refused while typing"}
            label = "May it be proposed?" if matter in Matter.never_alone() else "Anything beyond that"
            if matter in Matter.never_alone():
                labels = {Beyond.BUYER: "Yes; the buyer decides", Beyond.REFUSE: "No"}
            self._choose("beyond", label, [(one.value, labels[one]) for one in Beyond])
        self.order_fields([*self.rule_names, "starts_on", "ends_on", "reason"])

    @property
    def rule_names(self) -> list[str]:
        """The fields that say how far an answer may go, in their order."""
        names = ["lower_percent", "lower_amount", "upper_percent", "upper_amount"]
        return [name for name in [*names, "joined", "currency", "days", "beyond"] if name in self.fields]

    @property
    def rule_fields(self) -> list[forms.BoundField]:
        """The same as fields."""
        return [self[name] for name in self.rule_names]

    def terms(self) -> Terms:
        """Return what was typed; what could not be read is among ``problems``."""
        self.problems = []
        rank = self._whole("rank", "The rank is a whole number")
        return Terms(
            starts_on=self._day("starts_on"),
            ends_on=self._day("ends_on"),
            reason=self._text("reason"),
            lower=Bound(self._number("lower_amount"), self._number("lower_percent")),
            upper=Bound(self._number("upper_amount"), self._number("upper_percent")),
            joined=self._one_of(Joined, "joined", Joined.AND),
            currency=self._text("currency").upper(),
            days=self._one_of(Days, "days", Days.CALENDAR),
            beyond=self._one_of(Beyond, "beyond", Beyond.BUYER),
            rank=_USUAL_RANK if rank is None else rank,
        )

    def wrong_bounds(self) -> list[Problem]:
        """Return what is wrong with how far an answer may go; for a what-if the rest may be missing."""
        terms = replace(self.terms(), starts_on=date.max, ends_on=None, reason="-")
        unread = [problem for problem in self.problems if problem.where in self.rule_names]
        return [*unread, *check_terms(self.matter, terms, today=date.max)]

    def _add_bounds(self) -> None:
        for side, labels in (("lower", _LOWER), ("upper", _UPPER)):
            if self.matter not in labels:
                continue
            unit = "days" if self.matter in Matter.with_days() else _UNITS.get(self.matter, "")
            if self.matter in Matter.with_percent():
                self._text_field(f"{side}_percent", f"{labels[self.matter]} (%)")
                label = f"{labels[self.matter]} ({unit or 'amount'})"
            else:
                label = f"{labels[self.matter]} ({unit})" if unit else labels[self.matter]
            self._text_field(f"{side}_amount", label)
        if self.matter == Matter.PRICE:
            self._text_field("currency", "Currency of the amounts", maxlength="3")

    def _text_field(self, name: str, label: str, **attrs: str) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", **attrs})
        self.fields[name] = forms.CharField(label=label, required=False, widget=widget)

    def _choose(self, name: str, label: str, choices: Sequence[tuple[str, Any]]) -> None:
        self.fields[name] = forms.ChoiceField(
            label=label,
            choices=choices,
            required=False,
            widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
        )

    def _number(self, name: str) -> Decimal | None:
        text = self._text(name)
        return self._kept(read_number(name, text)) if text and name in self.fields else None

    def _one_of(self, choices: Any, name: str, otherwise: Any) -> Any:
        text = self._text(name)
        return choices(text) if text in choices.values else otherwise


class PolicyForm(TermsForm):
    """A new policy: what it is about, for whom and what, and its first version."""

    name = forms.CharField(
        label="Name", help_text="Suppliers read it where a bound is named.", required=False
    )
    supplier = forms.ChoiceField(label="Supplier", required=False)
    category = forms.ChoiceField(
        label="Product category", help_text="With all categories below it.", required=False
    )
    product_code = forms.CharField(
        label="Product", help_text="Its code in Odoo, for one product alone.", required=False
    )
    rank = forms.CharField(
        label="Rank",
        help_text="Of two policies that fit equally well, the one with the lower rank holds.",
        required=False,
    )

    def __init__(
        self,
        matter: Matter,
        data: QueryDict | None = None,
        *,
        initial: dict[str, Any],
        suppliers: Mapping[int, str],
        categories: Mapping[int, str],
    ) -> None:
        super().__init__(matter, data, initial={"months": _USUAL_MONTHS, "rank": str(_USUAL_RANK)} | initial)
        self._offer("supplier", "All suppliers", suppliers)
        self._offer("category", "All products", categories)
        self.order_fields(["name", "supplier", "category", "product_code", "rank"])

    def chosen(self, name: str) -> int | None:
        """Return the id chosen in one of the lists, None for "all"."""
        return self._chosen(name)

    def text(self, name: str) -> str:
        """Return what was typed in a text field."""
        return self._text(name)

    def label_of(self, name: str) -> str:
        """Return the label of what was chosen in one of the lists, empty for "all"."""
        return str(dict(self.fields[name].choices).get(self._text(name), "")) if self.chosen(name) else ""  # type: ignore[attr-defined]


def shown_terms(version: PolicyVersion) -> dict[str, Any]:
    """Return what the form of a next version begins with."""
    numbers = ("lower_amount", "lower_percent", "upper_amount", "upper_percent")
    return {
        name: f"{value.normalize():f}" if (value := getattr(version, name)) is not None else ""
        for name in numbers
    } | {
        "joined": version.joined,
        "currency": version.currency,
        "days": version.days,
        "beyond": version.beyond,
        "rank": str(version.rank),
    }


class CalendarForm(forms.Form):
    """On which days a company works."""

    country = forms.ChoiceField(label="Public holidays of", required=False)
    subdivision = forms.ChoiceField(
        label="Region",
        required=False,
        help_text="Where regions have holidays of their own. After choosing another country, save once.",
    )
    closed_days = forms.CharField(
        label="Days of our own",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One date a line, like 2026-12-24.",
    )

    def __init__(self, data: QueryDict | None = None, *, calendar: CompanyCalendar | None) -> None:
        days = "\n".join(day.isoformat() for day in calendar.closed_days) if calendar else ""
        country, region = (calendar.country, calendar.subdivision) if calendar else ("", "")
        super().__init__(data, initial={"country": country, "subdivision": region, "closed_days": days})
        chosen = data.get("country", "") if data is not None else country
        self._offer("country", [("", "None: holidays are working days"), *countries().items()])
        self._offer("subdivision", [("", "The whole country"), *subdivisions(chosen).items()])

    def days(self) -> tuple[list[date], list[Problem]]:
        """Return the days that were typed, and what could not be read."""
        read = [
            read_day("closed_days", line)
            for line in str(self.data.get("closed_days", "")).replace(",", "\n").splitlines()
            if line.strip()
        ]
        return (
            [day for day in read if not isinstance(day, Problem)],
            [problem for problem in read if isinstance(problem, Problem)],
        )

    def _offer(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
