"""Forms of the colleagues' pages and of the invitation."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError

from suppliers.people.actions import problems_of_invitation
from suppliers.people.models import (
    BUYER_ROLES,
    SUPPLIER_ROLES,
    BuyerCompany,
    Invitation,
    Role,
    Supplier,
    User,
)
from suppliers.refusal import Refused

# In the order of the enum: who decides most comes first on each side.
_SUPPLIER_CHOICES = [(role.value, role.label) for role in Role if role in SUPPLIER_ROLES]
_BUYER_CHOICES = [(role.value, role.label) for role in Role if role in BUYER_ROLES]


def role_choices(place: Supplier | BuyerCompany) -> list[tuple[str, str]]:
    """The roles there are on that side."""
    return _SUPPLIER_CHOICES if isinstance(place, Supplier) else _BUYER_CHOICES


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(
        label="E-mail address", help_text="The invitation goes there and works for a week."
    )
    role = forms.ChoiceField(label="Role")

    def __init__(self, *args: Any, place: Supplier | BuyerCompany, first_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(Role.OWNER.value, Role.OWNER.label)] if first_owner else role_choices(place)
        self.fields["role"] = forms.ChoiceField(label="Role", choices=choices)

    def take(self, refused: Refused) -> None:
        """Show what the action refused at the fields it names."""
        for problem in refused.problems:
            self.add_error(problem.where if problem.where in self.fields else None, problem.sentence())


class AcceptForm(forms.Form):
    """What a new person says about themselves: their name and a password."""

    name = forms.CharField(
        label="Your name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Choose a password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=password_validators_help_text_html(),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Hold the password to the rules, which look at name and address too."""
        cleaned = super().clean() or {}
        try:
            validate_password(
                cleaned.get("password", ""), User(email=self.email, name=cleaned.get("name", ""))
            )
        except ValidationError as error:
            self.add_error("password", error)
        return cleaned


class InvitationForm(forms.ModelForm):
    """The admin's form: to a supplier or to a buyer company, with a role of that side."""

    class Meta:
        model = Invitation
        fields = ("email", "supplier", "company", "role")

    def clean(self) -> dict[str, Any]:
        """Ask the action's own rules, so that what is wrong is said at the field."""
        cleaned = super().clean() or {}
        supplier, company = cleaned.get("supplier"), cleaned.get("company")
        place = supplier or company
        if place is None or (supplier and company):
            raise ValidationError("Choose either a supplier or a buyer company.")
        for problem in problems_of_invitation(
            place, email=cleaned.get("email", ""), role=cleaned.get("role", "")
        ):
            if problem.where not in self.errors:
                self.add_error(problem.where, problem.sentence())
        return cleaned
