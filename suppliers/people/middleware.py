"""What every request passes: log in first, prove a second factor where one is due, stay behind the wall."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware as DjangoLoginRequiredMiddleware
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from suppliers.people.models import User
from suppliers.tenancy import wall

_NOBODY: frozenset[int] = frozenset()


class LoginRequiredMiddleware(DjangoLoginRequiredMiddleware):
    """Every view needs a login unless it says otherwise; allauth's own pages do."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponse], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        """Let allauth's pages (log in, reset password, invitation) decide for themselves."""
        if view_func.__module__.startswith("allauth."):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class SecondFactorMiddleware:
    """Buyers and administrators set up a second factor before they see anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECOND_FACTOR_REQUIRED and self._must_set_up(request):
            return redirect("mfa_index")
        return self.get_response(request)

    def _must_set_up(self, request: HttpRequest) -> bool:
        user = request.user
        if not isinstance(user, User) or not (user.is_buyer or user.is_staff):
            return False
        if request.path.startswith(reverse("account_login").rsplit("/", 2)[0]):
            return False
        return not is_mfa_enabled(user)


class TenantWallMiddleware:
    """Runs each request in a transaction in which the database shows only the user's own tenants' rows.

    The admin site is for administrators of the whole installation (superusers): they see every row.
    Requests do no HTTP to other systems, so the transaction is short.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, AnonymousUser):
            with wall(suppliers=_NOBODY, companies=_NOBODY):
                return self.get_response(request)
        in_admin = user.is_superuser and request.path.startswith(reverse("admin:index"))
        with wall(suppliers=user.supplier_ids, companies=user.company_ids, everything=in_admin):
            response = self.get_response(request)
            if response.status_code >= 500:
                # Django has turned the exception into a page already; what it left half done must not stay.
                transaction.set_rollback(True)
            return response
