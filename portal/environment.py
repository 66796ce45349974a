"""Strict readers for the environment: a missing or misspelt value stops the start and says why."""

import os
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes/no variable.

    Raises ImproperlyConfigured for anything that is neither, so that DEBUG=flase cannot mean "yes".
    """
    text = os.environ.get(name)
    if text is None:
        return default
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {text!r}; expected one of 1, 0, true, false, yes, no, on, off.")


def required(name: str, *, why: str, fallback: str | None) -> str:
    """Read a variable that must be set; *fallback* is used where one is allowed (demo, tests).

    Raises ImproperlyConfigured naming the variable and what it is for.
    """
    text = os.environ.get(name) or fallback
    if text is None:
        raise ImproperlyConfigured(f"{name} is not set: {why}")
    return text


def choice(name: str, allowed: list[str]) -> str:
    """Read one of the words allowed; the first is the default. Raises ImproperlyConfigured for another."""
    text = os.environ.get(name) or allowed[0]
    if text not in allowed:
        raise ImproperlyConfigured(f"{name} is {text!r}; expected one of {', '.join(allowed)}.")
    return text


def words(name: str, *, default: str = "") -> list[str]:
    """Read a comma-separated list, blanks dropped."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def pattern(name: str, *, holding: str) -> str:
    """Read a text that must hold a placeholder; "" when it is not set.

    Raises ImproperlyConfigured when the placeholder is missing.
    """
    text = os.environ.get(name, "")
    if text and holding not in text:
        raise ImproperlyConfigured(f"{name} is {text!r}; it must hold {holding}.")
    return text


def database(url: str) -> dict[str, Any]:
    """Turn postgresql://user:password@host:port/name?key=value into Django's settings for one database.

    A socket directory is given as ``?host=/path``. Raises ImproperlyConfigured for another scheme.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(f"DATABASE_URL begins with {parts.scheme!r}; expected postgresql://…")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "") or ""),
        "OPTIONS": dict(query),
    }


def broker_options(url: str) -> dict[str, Any]:
    """Return what Celery's transport needs to be told for a broker."""
    if not url.startswith(("redis", "rediss")):
        return {}
    # Redis redelivers slowly by default: a lost worker's tasks come back within seconds with these.
    return {
        "visibility_timeout": 3600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 3,
    }
