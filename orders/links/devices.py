"""Devices that have proved to read a mailbox: remembered in a signed cookie for some days.

The cookie says nothing about people: for each address it holds a keyed digest and when the code was typed.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

COOKIE = "quayside_device"
_MOST_ADDRESSES = 10


def knows(request: HttpRequest, email: str, *, at: datetime) -> bool:
    """Whether this device proved to read that mailbox, not too long ago."""
    return _proof(email) in _proofs(request, at)


def remember(request: HttpRequest, response: HttpResponse, email: str, *, at: datetime) -> None:
    """Note on the device that it reads that mailbox; what it proved before stays."""
    proofs = _proofs(request, at) | {_proof(email): int(at.timestamp())}
    newest = dict(sorted(proofs.items(), key=lambda item: item[1])[-_MOST_ADDRESSES:])
    _set(response, newest)


def forget(request: HttpRequest, response: HttpResponse, email: str, *, at: datetime) -> None:
    """Take that mailbox off what the device proved."""
    proofs = _proofs(request, at)
    proofs.pop(_proof(email), None)
    _set(response, proofs)


def _set(response: HttpResponse, proofs: dict[str, int]) -> None:
    path = _path()
    if not proofs:
        response.delete_cookie(COOKIE, path=path, samesite="Lax")
        return
    response.set_cookie(
        COOKIE,
        _signer().sign_object(proofs),
        max_age=timedelta(days=settings.DEVICE_DAYS),
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        # Strict would keep it back on the click in a web mailer, which is another site.
        samesite="Lax",
    )


def _proofs(request: HttpRequest, at: datetime) -> dict[str, int]:
    try:
        proofs: dict[str, int] = _signer().unsign_object(request.COOKIES.get(COOKIE, ""))
    except (BadSignature, ValueError):
        return {}
    oldest = (at - timedelta(days=settings.DEVICE_DAYS)).timestamp()
    return {proof: since for proof, since in proofs.items() if since > oldest}


def _proof(email: str) -> str:
    return salted_hmac("orders.links.device", email.lower(), algorithm="sha256").hexdigest()[:32]


def _path() -> str:
    """The cookie goes to the pages of links and to nothing else."""
    return reverse("links:order", kwargs={"token": "x"}).removesuffix("x/")


def _signer() -> Signer:
    return Signer(salt="orders.links.device")
