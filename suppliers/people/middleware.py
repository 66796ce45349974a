"""What every request passes: who asks, a due second factor, the tenant wall, refusals in words."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import AuthenticationMiddleware, get_user
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from suppliers.people.models import User
from suppliers.refusal import IllegalMove
from suppliers.tenancy import wall

_NOBODY: frozenset[int] = frozenset()

# All that is open to somebody who must set up a second factor first. Removing one is not among them.
_OPEN_WITHOUT_SECOND_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "home:health",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
    }
)


class PersonMiddleware(AuthenticationMiddleware):
    """Reads at once who asks: every page needs to know, and each look through a lazy object takes time."""

    def process_request(self, request: HttpRequest) -> None:
        """Put the person, or nobody, on the request."""
        super().process_request(request)
        request.user = get_user(request)


class SecondFactorMiddleware:
    """Buyers and administrators set up a second factor before they see anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Send whoever still needs a second factor to the page where it is set up."""
        if not settings.SECOND_FACTOR_REQUIRED:
            return None
        page = request.resolver_match.view_name if request.resolver_match else ""
        user = request.user
        if page in _OPEN_WITHOUT_SECOND_FACTOR or not isinstance(user, User):
            return None
        if user.needs_second_factor and not user.has_second_factor:
            return redirect("mfa_index")
        return None


class TenantWallMiddleware:
    """Runs each request in a transaction in which the database shows only the user's own tenants' rows.

    The admin site and the reports of reconciliation show administrators of the whole installation
    (superusers) every row.
    Requests do no HTTP to other systems, so the transaction is short.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if isinstance(user, AnonymousUser):
            with wall(suppliers=_NOBODY, companies=_NOBODY):
                return self._answer(request)
        everywhere = user.is_superuser and request.path.startswith(
            (reverse("admin:index"), reverse("drift:runs"))
        )
        with wall(suppliers=user.supplier_ids, companies=user.company_ids, everything=everywhere):
            return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 500:
            # Django has turned the exception into a page already; what it left half done must not stay.
            transaction.set_rollback(True)
        return response


class RefusalMiddleware:
    """Turns an IllegalMove into its sentence: on the page one came from, or where htmx shows messages.

    Stands last, so that it is asked first and works inside the request's transaction.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer with the sentence, and keep nothing of what the request had begun."""
        if not isinstance(exception, IllegalMove):
            return None
        transaction.set_rollback(True)
        messages.error(request, exception.sentence)
        if not request.headers.get("HX-Request"):
            return redirect(_page_before(request))
        response = HttpResponse(
            render_to_string("_messages.html", {"messages": messages.get_messages(request)}), status=409
        )
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "outerHTML"
        return response


def _page_before(request: HttpRequest) -> str:
    """Return the page of ours the request came from, or the worklist."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(
        page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return page if page and ours else reverse(settings.LOGIN_REDIRECT_URL)
