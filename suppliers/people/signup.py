"""How allauth lets people in: by invitation only, mail through the outbox, a second factor in our name."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as request_context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest

from integrations.odoo import secrets
from suppliers.notices.actions import post


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts begin with an invitation (suppliers/people/actions.py)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Keep the sign-up page closed."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Leave allauth's own mail (password reset, "your account was changed") to the outbox.

        So a mail server that is away loses no mail and breaks no page, and the time a password reset takes
        does not tell whether the address has an account.
        """
        request = request_context.request
        site = get_current_site(request)
        mail = self.render_mail(
            template_prefix, email, {"request": request, "email": email, "current_site": site} | context
        )
        html = ""
        if isinstance(mail, EmailMultiAlternatives) and mail.alternatives:
            html = str(mail.alternatives[0][0])
        post(to=email, subject=str(mail.subject), text=str(mail.body), html=html)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Names this portal in authenticator apps and keeps their secrets encrypted at rest."""

    def get_totp_issuer(self) -> str:
        """Return the name that an authenticator app shows."""
        return "Quayside"

    def encrypt(self, text: str) -> str:
        """Encrypt an authenticator's secret before it is stored."""
        return secrets.encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return an authenticator's secret. Raises KeyUnreadable."""
        return secrets.decrypt(encrypted_text)
