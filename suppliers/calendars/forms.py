"""The forms of the page on working hours."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.forms import BoundField

from suppliers.calendars.holidays import countries, subdivisions
from suppliers.calendars.rules import MINUTES_OF_A_DAY, Calendar, Span
from suppliers.calendars.wording import DAYS, clock
from suppliers.refusal import Refused

# Each day may be cut in two by a break.
_STRETCHES = 2
_ENDS = ("opens", "closes")


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[str, str]]:
    """The time zones people know by a city; the old and technical names are left out."""
    areas = ("Africa/", "America/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    names = sorted(name for name in available_timezones() if name.startswith(areas))
    return [(name, name.replace("_", " ")) for name in [*names, "UTC"]]


class HoursForm(forms.Form):
    """When a supplier works in an ordinary week, and whose public holidays it keeps."""

    time_zone = forms.ChoiceField(label="Time zone", choices=zone_choices)
    country = forms.ChoiceField(label="Public holidays of", required=False)
    subdivision = forms.ChoiceField(
        label="Region",
        required=False,
        help_text="Where regions have holidays of their own. After choosing another country, save once.",
    )

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": _shown(calendar)} | kwargs)
        country = self.data.get("country", calendar.country)
        self._choose("country", [("", "None: holidays are working days"), *countries().items()])
        self._choose("subdivision", [("", "The whole country"), *subdivisions(country).items()])
        for number in range(len(DAYS)):
            for stretch in range(_STRETCHES):
                for end in _ENDS:
                    self.fields[f"day{number}_{end}{stretch}"] = forms.TimeField(
                        required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
                    )

    @property
    def days(self) -> list[tuple[str, list[BoundField], list[str]]]:
        """Each day's name, its fields in their order, and what is wrong with it."""
        return [
            (
                name,
                [self[f"day{number}_{end}{part}"] for part in range(_STRETCHES) for end in _ENDS],
                self.errors_of(number),
            )
            for number, name in enumerate(DAYS)
        ]

    def errors_of(self, number: int) -> list[str]:
        """What is wrong with a day of the week."""
        return [
            str(error) for part in range(_STRETCHES) for end in _ENDS
            for error in self.errors.get(f"day{number}_{end}{part}", [])
        ]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of each stretch."""
        cleaned = super().clean() or {}
        for number, name in enumerate(DAYS):
            for part in range(_STRETCHES):
                opens, closes = (cleaned.get(f"day{number}_{end}{part}") for end in _ENDS)
                if (opens is None) != (closes is None) and not self.errors_of(number):
                    missing = "opens" if opens is None else "closes"
                    self.add_error(f"day{number}_{missing}{part}", f"{name} needs both times, or none.")
        # A country that was just changed takes its old region along: it is not the person's mistake.
        if cleaned.get("country") and not subdivisions(cleaned["country"]):
            cleaned["subdivision"] = ""
        return cleaned

    @property
    def week(self) -> list[list[Span]]:
        """The hours as they were typed. Midnight at the end of a stretch is the end of that day."""
        return [
            [
                span
                for part in range(_STRETCHES)
                if (span := self._span(self.cleaned_data, f"day{number}", part)) is not None
            ]
            for number in range(len(DAYS))
        ]

    def take(self, refused: Refused) -> None:
        """Show what the action refused at the fields it names."""
        for problem in refused.problems:
            where = f"{problem.where}_opens0" if problem.where.startswith("day") else problem.where
            self.add_error(where if where in self.fields else None, problem.sentence())

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    @staticmethod
    def _span(values: dict[str, Any], day: str, part: int) -> Span | None:
        opens, closes = values.get(f"{day}_opens{part}"), values.get(f"{day}_closes{part}")
        if opens is None or closes is None:
            return None
        end = closes.hour * 60 + closes.minute
        return Span(opens.hour * 60 + opens.minute, end or MINUTES_OF_A_DAY)


class ClosedForm(forms.Form):
    """Days on which a supplier is closed."""

    first_day = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(
        label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reason = forms.CharField(
        label="Why", max_length=100, required=False, widget=forms.TextInput(attrs={"placeholder": "Optional"})
    )

    def clean(self) -> dict[str, Any]:
        """Take one day when only the first is named."""
        cleaned = super().clean() or {}
        if "last_day" in cleaned:
            cleaned["last_day"] = cleaned["last_day"] or cleaned.get("first_day")
        return cleaned

    def take(self, refused: Refused) -> None:
        """Show what the action refused at the fields it names."""
        for problem in refused.problems:
            self.add_error(problem.where if problem.where in self.fields else None, problem.sentence())


def _shown(calendar: Calendar) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "time_zone": calendar.zone.key,
        "country": calendar.country,
        "subdivision": calendar.subdivision,
    }
    for number, day in enumerate(calendar.week):
        for part, span in enumerate(day[:_STRETCHES]):
            shown[f"day{number}_opens{part}"] = clock(span.opens)
            shown[f"day{number}_closes{part}"] = clock(span.closes % MINUTES_OF_A_DAY)
    return shown
