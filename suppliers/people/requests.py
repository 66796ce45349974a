"""What a request of somebody who is logged in carries."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from suppliers.people.models import User


class SignedInRequest(HttpRequest):
    """A request behind the login: every view that does not say otherwise gets one."""

    user: User
    htmx: HtmxDetails
