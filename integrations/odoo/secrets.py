"""Secrets at rest: encrypted with the newest of several keys, readable with any of them."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class KeyUnreadable(Exception):
    """None of the ENCRYPTION_KEYS opens this secret: put the old key back, or enter the secret again."""


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.ENCRYPTION_KEYS])


def encrypt(clear: str) -> str:
    """Return *clear* encrypted with the newest key."""
    return _fernet().encrypt(clear.encode()).decode()


def decrypt(token: str) -> str:
    """Return the secret in clear. Raises KeyUnreadable when no key opens it."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except InvalidToken as error:
        raise KeyUnreadable(KeyUnreadable.__doc__) from error


def reencrypt(token: str) -> str:
    """Return the same secret encrypted with the newest key, for rotation. Raises KeyUnreadable."""
    try:
        return _fernet().rotate(token.encode()).decode()
    except InvalidToken as error:
        raise KeyUnreadable(KeyUnreadable.__doc__) from error
