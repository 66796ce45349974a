"""The content security policy of every page."""

from collections.abc import Callable

from csp.constants import HEADER
from csp.middleware import CheckableLazyObject, CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class ContentPolicyMiddleware(CSPMiddleware):
    """django-csp's middleware, with the policy of pages that ask for nothing of their own built once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self.usual_policy = build_policy()

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Set the policy; a nonce or what a view said about it (``_csp_…``) makes it the page's own."""
        has_own = hasattr(request, "_csp_nonce") or any(name.startswith("_csp") for name in vars(response))
        if has_own or HEADER in response or settings.DEBUG:
            return super().process_response(request, response)
        response[HEADER] = self.usual_policy
        # As django-csp does: a nonce made from here on would not be in the policy.
        request.csp_nonce = CheckableLazyObject(self._csp_nonce_post_response)  # type: ignore[attr-defined]
        return response
