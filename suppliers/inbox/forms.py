"""The forms of what I am told."""

from datetime import date
from typing import Any, NamedTuple, TypedDict

from django import forms
from django.forms import BoundField

from suppliers.calendars.forms import zone_choices
from suppliers.inbox.actions import Choice
from suppliers.notices.events import Kind
from suppliers.notices.frequency import Frequency, choices_for, recommended
from suppliers.notices.models import Preference
from suppliers.people.models import User
from suppliers.refusal import Refused

_SUPPLIERS = (Kind.ORDERS, Kind.DECISIONS, Kind.REMINDERS)
_BUYERS = (Kind.PROPOSALS, Kind.ESCALATIONS)
_EVERYBODY = (Kind.MESSAGES, Kind.OTHER)


class KindRow(NamedTuple):
    """A kind of event on the page."""

    kind: Kind
    mail: BoundField
    in_app: BoundField
    recommended: str


def kinds_for(user: User) -> list[Kind]:
    """Return the kinds of events that concern somebody; of their account they are always told."""
    mine = [*(_SUPPLIERS if user.supplier_ids else ()), *(_BUYERS if user.company_ids else ())]
    return [*mine, *_EVERYBODY]


class PreferencesForm(forms.Form):
    """How I want to be told of each kind of event, and in which time zone I read."""

    time_zone = forms.ChoiceField(label="Your time zone", choices=zone_choices)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.kinds = kinds_for(user)
        chosen = {row.kind: row for row in Preference.objects.visible_to(user)}
        initial: dict[str, Any] = {"time_zone": user.time_zone}
        for kind in self.kinds:
            row = chosen.get(kind)
            initial[f"{kind}_mail"] = row.mail if row else recommended(kind)
            initial[f"{kind}_in_app"] = row.in_app if row else True
        super().__init__(*args, **{"initial": initial} | kwargs)
        for kind in self.kinds:
            offered = [(one.value, one.label) for one in choices_for(kind)]
            self.fields[f"{kind}_mail"] = forms.ChoiceField(choices=offered)
            self.fields[f"{kind}_in_app"] = forms.BooleanField(required=False)

    @property
    def rows(self) -> list[KindRow]:
        """The kinds in their order."""
        return [
            KindRow(kind, self[f"{kind}_mail"], self[f"{kind}_in_app"], recommended(kind).label)
            for kind in self.kinds
        ]

    @property
    def choices(self) -> dict[Kind, Choice]:
        """What was chosen."""
        said = self.cleaned_data
        return {kind: Choice(Frequency(said[f"{kind}_mail"]), said[f"{kind}_in_app"]) for kind in self.kinds}


class Stay(TypedDict):
    """Who stands in, and for how long."""

    delegate: User
    first_day: date
    last_day: date


class AbsenceForm(forms.Form):
    """From when to when I am away, and who gets my mail."""

    first_day = forms.DateField(label="First day", widget=forms.DateInput(attrs={"type": "date"}))
    last_day = forms.DateField(label="Last day", widget=forms.DateInput(attrs={"type": "date"}))
    delegate = forms.ChoiceField(label="Who gets your mail")

    def __init__(self, *args: Any, delegates: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in delegates}
        self.fields["delegate"] = forms.ChoiceField(
            label="Who gets your mail",
            choices=[(pk, person.name) for pk, person in self.people.items()],
            help_text="Colleagues who may do what you do.",
        )

    @property
    def absence(self) -> Stay:
        """What was said."""
        said = self.cleaned_data
        return {
            "delegate": self.people[said["delegate"]],
            "first_day": said["first_day"],
            "last_day": said["last_day"],
        }

    def take(self, refused: Refused) -> None:
        """Show what the action refused at the fields it names."""
        for problem in refused.problems:
            self.add_error(problem.where if problem.where in self.fields else None, problem.sentence())
