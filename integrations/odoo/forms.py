"""The form of a connection: its API key goes in and never comes out again."""

from typing import Any, ClassVar

from django import forms

from integrations.odoo.models import OdooConnection


class ConnectionForm(forms.ModelForm):
    """A connection with a key that is written, never shown."""

    url = forms.URLField(label="URL", assume_scheme="https", help_text="https://odoo.example.com")
    api_key = forms.CharField(
        label="API key",
        required=False,
        strip=True,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password", "size": 50}),
    )

    class Meta:
        model = OdooConnection
        fields: ClassVar = [
            "name",
            "url",
            "database",
            "login",
            "api_key",
            "confirms_rfqs",
            "calls_per_second",
            "is_active",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = bool(self.instance.encrypted_api_key)
        self.fields["api_key"].required = not held
        self.fields["api_key"].help_text = (
            "Leave empty to keep the key we have." if held else "Made in Odoo, in its user's preferences."
        )

    def clean_url(self) -> str:
        """Keep the address without a trailing slash or path: Odoo's endpoints are added to it."""
        return str(self.cleaned_data["url"]).rstrip("/").removesuffix("/web").removesuffix("/odoo")

    def save(self, commit: bool = True) -> OdooConnection:  # noqa: FBT001, FBT002
        """Encrypt the key when one was entered."""
        if key := self.cleaned_data["api_key"]:
            self.instance.api_key = key
        return super().save(commit)
