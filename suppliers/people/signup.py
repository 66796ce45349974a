"""How allauth lets people in: by invitation only, with a second factor for those who decide."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts begin with an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the sign-up page closed."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names this portal in authenticator apps."""

    def get_totp_issuer(self) -> str:
        """Return the name that an authenticator app shows."""
        return "Quayside"
