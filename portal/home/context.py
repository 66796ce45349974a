"""What the frame around every page needs to know."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def frame(request: HttpRequest) -> dict[str, Any]:
    """Return what base.html needs; no queries here, for it runs on every page."""
    return {"demo": settings.DEMO}
